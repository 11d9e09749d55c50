//! What other services may ask about deals.

use std::{cmp::Reverse, collections::HashMap};

use chrono::{DateTime, Utc};
use contracts::{
    deals::{DealStanding, DealStatus},
    permissions::DEALS_READ,
    ports::{
        DealFigures, DealQuestion, DealSum, Deals, DealsOf, FoundDeal, Held, Holding, MoveCause, NamedDeal, Owned,
        PortError, StageName,
    },
};
use db::{Db, search::matching};
use kernel::{OrgId, Scope};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, JoinType, Order, QueryResult,
    sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    Error,
    bulk::hand_over,
    deals::store::{self as deals, entity::Column},
    moves::history::entity::{self as history, Column as Moved},
    pipelines::store::entity as pipeline,
    stages::{stage::StageKind, store::entity as stage},
    unique,
};

/// Answers from the tables alone: it is there before the service is, which asks those who ask it.
pub struct DealDirectory {
    db: Db,
}

impl DealDirectory {
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

/// Deals within reach, in the trash or not.
fn select(scope: &Scope, columns: &[Column]) -> SelectStatement {
    let mut select = Query::select();
    let columns = columns.iter().map(|column| (deals::entity::Entity, *column));
    select.columns(columns).from(deals::entity::Entity).cond_where(deals::within(scope));
    select
}

/// Out of the trash.
fn in_use() -> SimpleExpr {
    deals::column(Column::DeletedAt).is_null()
}

/// Ids of one statement.
const AT_ONCE: usize = 500;
/// Most different tags told.
const MAX_TAGS: u64 = 5_000;
/// Most deals told of one contact or company.
const MAX_OF_CLIENT: u64 = 200;

/// Most deals told of several contacts together.
const MAX_OF_CONTACTS: usize = 10_000;

/// The newest first.
fn by_age(select: &mut SelectStatement) -> &mut SelectStatement {
    for column in [Column::CreatedAt, Column::Id] {
        select.order_by((deals::entity::Entity, column), Order::Desc);
    }
    select
}

#[async_trait::async_trait]
impl Owned for DealDirectory {
    fn keeps(&self, kind: &str) -> bool {
        kind == crate::deals::commands::KIND
    }

    async fn holdings(&self, org: OrgId, _kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, PortError> {
        let scope = Scope::system(org, "holdings");
        let mut held = HashMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let mut select = select(&scope, &[Column::Id, Column::OwnerId, Column::CreatedBy, Column::PipelineId]);
            select.and_where(deals::column(Column::Id).is_in(ids.iter().copied()));
            for row in self.db.reader(&scope).query_all(&select).await.map_err(Error::from)? {
                let holding = Holding {
                    owner_id: row.try_get("", "owner_id")?,
                    created_by: row.try_get("", "created_by")?,
                    pipeline_id: Some(row.try_get("", "pipeline_id")?),
                    ..Holding::default()
                };
                held.insert(row.try_get("", "id")?, holding);
            }
        }
        Ok(held)
    }

    async fn held_by(&self, org: OrgId, people: &[Uuid]) -> Result<Vec<Held>, PortError> {
        let scope = Scope::system(org, "holdings");
        Ok(hand_over::held(&self.db.reader(&scope), &scope, people).await?)
    }
}

#[async_trait::async_trait]
impl Deals for DealDirectory {
    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut select = select(scope, &[Column::Id, Column::Title]);
        select.and_where(deals::column(Column::Id).is_in(ids.iter().copied()));
        let rows = self.db.reader(scope).query_all(&select).await.map_err(Error::from)?;
        let titles = rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "title")?)));
        Ok(titles.collect::<Result<_, DbErr>>()?)
    }

    async fn of_client(&self, scope: &Scope, of: DealsOf) -> Result<Vec<NamedDeal>, PortError> {
        if !scope.grants.allows(DEALS_READ) {
            return Ok(Vec::new());
        }
        let (column, id) = match of {
            DealsOf::Contact(id) => (Column::ContactId, id),
            DealsOf::Company(id) => (Column::CompanyId, id),
        };
        let mut select = select(scope, &[Column::Id, Column::Title, Column::Currency]);
        by_age(&mut select).and_where(deals::column(column).eq(id)).limit(MAX_OF_CLIENT);
        let rows = self.db.reader(scope).query_all(&select).await.map_err(Error::from)?;
        Ok(rows.iter().map(named_deal).collect::<Result<_, DbErr>>()?)
    }

    async fn search(&self, scope: &Scope, question: DealQuestion<'_>) -> Result<Vec<FoundDeal>, PortError> {
        let DealQuestion { words, contacts, companies, limit } = question;
        let newest = |condition: SimpleExpr| {
            let columns = [Column::Id, Column::Title, Column::ContactId, Column::CompanyId, Column::CreatedAt];
            let mut select = select(scope, &columns);
            by_age(&mut select).and_where(in_use()).and_where(condition).limit(limit);
            select
        };
        let reader = self.db.reader(scope);
        let mut rows = reader.query_all(&newest(matching("deals", self.db.backend(), scope, words))).await?;
        if !contacts.is_empty() || !companies.is_empty() {
            let of = |column, ids: &[Uuid]| deals::column(column).is_in(ids.iter().copied());
            let theirs = of(Column::ContactId, contacts).or(of(Column::CompanyId, companies));
            rows.extend(reader.query_all(&newest(theirs)).await?);
        }
        let mut found = rows.iter().map(found_deal).collect::<Result<Vec<_>, DbErr>>()?;
        found.sort_by_key(|(at, deal)| Reverse((*at, deal.id)));
        found.dedup_by_key(|(_, deal)| deal.id);
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found.into_iter().map(|(_, deal)| deal).collect())
    }

    async fn words(&self, scope: &Scope, limit: u64) -> Result<Vec<String>, PortError> {
        let mut select = Query::select();
        select.expr(deals::column(Column::SearchText)).from(deals::entity::Entity).and_where(in_use());
        select.and_where(deals::column(Column::OrgId).eq(scope.org_id.0));
        select.order_by((deals::entity::Entity, Column::CreatedAt), Order::Desc).limit(limit);
        let rows = self.db.reader(scope).query_all(&select).await?;
        Ok(rows.iter().map(|row| row.try_get("", "search_text")).collect::<Result<_, DbErr>>()?)
    }

    async fn tags(&self, scope: &Scope) -> Result<Vec<(String, i64)>, PortError> {
        let each = if self.db.backend() == DbBackend::Sqlite { "json_each" } else { "jsonb_array_elements_text" };
        let mut tags = select(scope, &[]);
        tags.from_function(Func::cust(each).arg(deals::column(Column::Tags)), "each").and_where(in_use());
        tags.expr_as(Expr::col((Alias::new("each"), Alias::new("value"))), Alias::new("tag"));
        let mut select = Query::select();
        select.column(Alias::new("tag")).expr_as(Expr::cust("count(*)"), Alias::new("n"));
        select.from_subquery(tags, Alias::new("tags")).add_group_by([Expr::col(Alias::new("tag"))]);
        select.order_by(Alias::new("n"), Order::Desc).order_by(Alias::new("tag"), Order::Asc).limit(MAX_TAGS);
        let rows = self.db.reader(scope).query_all(&select).await?;
        let counts = rows.iter().map(|row| Ok((row.try_get("", "tag")?, row.try_get("", "n")?)));
        Ok(counts.collect::<Result<_, DbErr>>()?)
    }

    async fn figures(&self, scope: &Scope, won_since: DateTime<Utc>) -> Result<DealFigures, PortError> {
        let reader = self.db.reader(scope);
        let open = [Column::WonAt, Column::LostAt].map(|column| deals::column(column).is_null());
        let won = deals::column(Column::WonAt).gte(won_since);
        let sums = async |conditions: Vec<SimpleExpr>| {
            let mut select = select(scope, &[Column::Currency]);
            select.and_where(in_use());
            for condition in conditions {
                select.and_where(condition);
            }
            // An integer on both databases: PostgreSQL sums into a number without bounds.
            let amount = Expr::cust("cast(coalesce(sum(deals.amount_minor), 0) as bigint)");
            select.expr_as(Expr::cust("count(*)"), Alias::new("n")).expr_as(amount, Alias::new("amount"));
            select.add_group_by([deals::column(Column::Currency)]);
            select.order_by(Alias::new("n"), Order::Desc);
            let rows = reader.query_all(&select).await?;
            rows.iter().map(deal_sum).collect::<Result<Vec<_>, DbErr>>()
        };
        Ok(DealFigures { open: sums(open.into()).await?, won: sums(vec![won]).await? })
    }

    async fn stages(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, StageName>, PortError> {
        let ids = unique(ids.iter().copied());
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let of = |column: stage::Column| Expr::col((stage::Entity, column));
        let mut select = Query::select();
        select.from(stage::Entity).and_where(of(stage::Column::OrgId).eq(scope.org_id.0));
        select.columns([stage::Column::Id, stage::Column::Name, stage::Column::Color].map(|c| (stage::Entity, c)));
        select.column((stage::Entity, stage::Column::PipelineId));
        let name = Expr::col((pipeline::Entity, pipeline::Column::Name));
        select.expr_as(name, Alias::new("pipeline"));
        let same_id = of(stage::Column::PipelineId).equals((pipeline::Entity, pipeline::Column::Id));
        let same_org = of(stage::Column::OrgId).equals((pipeline::Entity, pipeline::Column::OrgId));
        select.join(JoinType::InnerJoin, pipeline::Entity, same_id.and(same_org));
        select.and_where(of(stage::Column::Id).is_in(ids));
        let rows = self.db.reader(scope).query_all(&select).await.map_err(Error::from)?;
        Ok(rows.iter().map(named_stage).collect::<Result<_, DbErr>>()?)
    }

    async fn moves(
        &self,
        scope: &Scope,
        entered: &[(Uuid, DateTime<Utc>)],
    ) -> Result<HashMap<(Uuid, DateTime<Utc>), MoveCause>, PortError> {
        if entered.is_empty() {
            return Ok(HashMap::new());
        }
        let mut select = Query::select();
        select.from(history::Entity).and_where(Moved::OrgId.eq(scope.org_id.0));
        select.columns([
            Moved::DealId,
            Moved::MovedAt,
            Moved::AutoMoved,
            Moved::Cause,
            Moved::Reason,
            Moved::SecondsInFrom,
        ]);
        // One of the deals at one of the instants: what was not asked for is not found in the answer.
        select.and_where(Moved::DealId.is_in(unique(entered.iter().map(|(deal, _)| *deal))));
        select.and_where(Moved::MovedAt.is_in(entered.iter().map(|(_, at)| *at)));
        let rows = self.db.reader(scope).query_all(&select).await.map_err(Error::from)?;
        Ok(rows.iter().map(move_cause).collect::<Result<_, DbErr>>()?)
    }

    async fn stages_of_contacts(
        &self,
        scope: &Scope,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<DealStanding>>, PortError> {
        let mut found: HashMap<Uuid, Vec<DealStanding>> = HashMap::new();
        if !scope.grants.allows(DEALS_READ) {
            return Ok(found);
        }
        let mut left = MAX_OF_CONTACTS;
        for ids in unique(ids.iter().copied()).chunks(AT_ONCE) {
            let mut select = select(scope, &[Column::Id, Column::ContactId, Column::PipelineId, Column::StageId]);
            deals::join_stages(&mut select).column((stage::Entity, stage::Column::Kind)).and_where(in_use());
            by_age(&mut select).and_where(deals::column(Column::ContactId).is_in(ids.iter().copied()));
            let rows = self.db.reader(scope).query_all(select.limit(left as u64)).await.map_err(Error::from)?;
            left -= rows.len();
            for row in &rows {
                let (contact, standing) = standing(row)?;
                found.entry(contact).or_default().push(standing);
            }
        }
        Ok(found)
    }
}

fn standing(row: &QueryResult) -> Result<(Uuid, DealStanding), Error> {
    let kind: String = row.try_get("", "kind")?;
    let status = match StageKind::parse(&kind).ok_or(db::Error::Stored("stage kind"))? {
        StageKind::Open => DealStatus::Open,
        StageKind::Won => DealStatus::Won,
        StageKind::Lost => DealStatus::Lost,
    };
    let standing = DealStanding {
        deal_id: row.try_get("", "id")?,
        pipeline_id: row.try_get("", "pipeline_id")?,
        stage_id: row.try_get("", "stage_id")?,
        status,
    };
    Ok((row.try_get("", "contact_id")?, standing))
}

fn named_deal(row: &QueryResult) -> Result<NamedDeal, DbErr> {
    Ok(NamedDeal {
        id: row.try_get("", "id")?,
        title: row.try_get("", "title")?,
        currency: row.try_get("", "currency")?,
    })
}

fn found_deal(row: &QueryResult) -> Result<(DateTime<Utc>, FoundDeal), DbErr> {
    let deal = FoundDeal {
        id: row.try_get("", "id")?,
        title: row.try_get("", "title")?,
        contact_id: row.try_get("", "contact_id")?,
        company_id: row.try_get("", "company_id")?,
    };
    Ok((row.try_get("", "created_at")?, deal))
}

fn deal_sum(row: &QueryResult) -> Result<DealSum, DbErr> {
    let count: i64 = row.try_get("", "n")?;
    Ok(DealSum {
        currency: row.try_get("", "currency")?,
        count: u64::try_from(count).unwrap_or_default(),
        amount_minor: row.try_get("", "amount")?,
    })
}

fn named_stage(row: &QueryResult) -> Result<(Uuid, StageName), DbErr> {
    let stage = StageName {
        name: row.try_get("", "name")?,
        color: row.try_get("", "color")?,
        pipeline_id: row.try_get("", "pipeline_id")?,
        pipeline: row.try_get("", "pipeline")?,
    };
    Ok((row.try_get("", "id")?, stage))
}

fn move_cause(row: &QueryResult) -> Result<((Uuid, DateTime<Utc>), MoveCause), DbErr> {
    let cause = MoveCause {
        cause: row.try_get("", "cause")?,
        auto: row.try_get("", "auto_moved")?,
        reason: row.try_get("", "reason")?,
        seconds_in_from: row.try_get("", "seconds_in_from")?,
    };
    Ok(((row.try_get("", "deal_id")?, row.try_get("", "moved_at")?), cause))
}
