//! Asking people to join: a link that works once, to one address. Accepting it stands in `joining.rs`.

pub mod http;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{events as event, mails::Kind, permissions};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{
    Fields, Locale, OrgId, Scope,
    values::{Email, Problem},
};
use mailing::Mail;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use serde_json::{Value, json};
use uuid::Uuid;

use self::http::{Invitation, InvitationInput, InvitationResult, InvitationState, Inviter, Skipped};
use super::{
    Refused, members, own_roles,
    sends::{self, MOST_A_DAY_TO_ONE},
    teams,
};
use crate::{
    Error, Identity, Role,
    rights::{self, Known},
    store::{invitation, organization, team, user, with},
    tokens,
    views::TeamName,
};

/// Addresses asked at once.
const MOST_AT_ONCE: usize = 50;
/// Open ones of an organization.
const MOST_OPEN: u64 = 500;
/// How long an invitation works.
const LIFE: TimeDelta = TimeDelta::days(7);
/// People of an organization who are asked within a day: nobody mails the world from here.
const MOST_A_DAY: u64 = 200;

fn open(scope: &Scope) -> Select<invitation::Entity> {
    invitation::Entity::find()
        .filter(invitation::Column::OrgId.eq(scope.org_id.0))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
}

/// How many were asked since an instant, those who are asked no more too.
async fn asked_since(tx: &Tx, scope: &Scope, since: DateTime<Utc>) -> Result<u64, Error> {
    let find = invitation::Entity::find().filter(invitation::Column::OrgId.eq(scope.org_id.0));
    Ok(find.filter(invitation::Column::SentAt.gt(since)).count(tx).await?)
}

fn image(row: &invitation::Model) -> Value {
    json!({"email": row.email, "roles": rights::keys(&row.roles), "teams": row.teams, "expiresAt": row.expires_at})
}

pub fn team_ids(row: &invitation::Model) -> Vec<Uuid> {
    serde_json::from_value(row.teams.clone()).unwrap_or_default()
}

/// The roles that an invitation gives, as they are now.
///
/// # Errors
/// When the database is away.
pub async fn roles_of(connection: &impl ConnectionTrait, row: &invitation::Model) -> Result<Vec<Known>, Error> {
    let keys = rights::keys(&row.roles);
    let mut roles = own_roles::all_of(connection, OrgId(row.org_id)).await?;
    roles.retain(|role| keys.contains(&role.key));
    Ok(roles)
}

/// Refuses to give roles and teams that the actor may not give.
async fn check_offer(tx: &Tx, scope: &Scope, roles: &[Known], teams: &[Uuid]) -> Result<(), Error> {
    if roles.iter().any(|role| role.base == Role::Owner) {
        if !members::is_owner(tx, scope).await? {
            return Err(Refused::OwnersOnly.into());
        }
    } else if !roles.iter().all(|role| own_roles::is_within(scope, &role.permissions, role.levels)) {
        return Err(own_roles::field("roles", "roles.beyond"));
    }
    if teams.is_empty() {
        return Ok(());
    }
    scope.require(permissions::TEAMS_WRITE)?;
    match teams::mine(tx, scope).await? {
        Some(mine) if !teams.iter().all(|team| mine.contains(team)) => Err(own_roles::field("teamIds", "teams.beyond")),
        _ => Ok(()),
    }
}

async fn tell(tx: &Tx, kind: &'static str, change: Change) -> Result<(), Error> {
    let id = change.subject_id;
    change_log::record(tx, [change]).await?;
    Ok(events::append(tx, [NewEvent::of(kind, "invitation", id, json!({}))]).await?)
}

/// Who is asked with a role that is going gets another.
///
/// # Errors
/// [`Refused::RoleInUse`] when there is no other.
pub async fn replace_role(tx: &Tx, scope: &Scope, key: &str, replacement: Option<&str>) -> Result<(), Error> {
    let asked = open(scope).filter(invitation::Column::Roles.like(rights::has_role(key))).all(tx).await?;
    for row in asked {
        let replacement = replacement.ok_or(Refused::RoleInUse)?;
        let mut keys = rights::keys(&row.roles);
        for kept in &mut keys {
            if kept == key {
                replacement.clone_into(kept);
            }
        }
        let after = invitation::Model { roles: rights::listed(&keys), ..row.clone() };
        write(tx, &after).await?;
        let change = Change::between("invitation", row.id, Action::Updated, &image(&row), &image(&after), 1);
        tell(tx, event::INVITATION_SENT, change).await?;
    }
    Ok(())
}

async fn write(tx: &Tx, row: &invitation::Model) -> Result<(), Error> {
    invitation::Entity::update_many()
        .set(invitation::ActiveModel::from(row.clone()).reset_all())
        .filter(invitation::Column::Id.eq(row.id))
        .filter(invitation::Column::OrgId.eq(row.org_id))
        .exec(tx)
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Address {
    email: String,
}

/// Which of these addresses belong to members.
async fn of_members(connection: &impl ConnectionTrait, scope: &Scope, emails: &[Email]) -> Result<Vec<String>, Error> {
    let places: Vec<String> = (2..emails.len() + 2).map(|place| format!("${place}")).collect();
    let sql = format!(
        "select u.email from memberships m join users u on u.id = m.user_id where m.org_id = $1 and u.email in ({})",
        places.join(", ")
    );
    let values = [scope.org_id.0.into()].into_iter().chain(emails.iter().map(|email| email.as_str().into()));
    let rows = Address::find_by_statement(with(connection, &sql, values)).all(connection).await?;
    Ok(rows.into_iter().map(|row| row.email).collect())
}

fn parse(emails: &[String]) -> Result<Vec<Email>, Fields> {
    let mut fields = Fields::default();
    if emails.is_empty() {
        fields.refuse_with("emails", Problem::Required);
    }
    if emails.len() > MOST_AT_ONCE {
        fields.refuse_with("emails", Problem::TooMany { max: MOST_AT_ONCE });
        return Err(fields);
    }
    let mut known: Vec<Email> = Vec::new();
    for (place, email) in emails.iter().enumerate() {
        match fields.take(&format!("emails.{place}"), Email::parse(email)) {
            Some(email) if known.iter().all(|other| other.as_str() != email.as_str()) => known.push(email),
            _ => {}
        }
    }
    fields.finish(|| known)
}

/// What invitations are shown with.
struct Words {
    roles: Vec<Known>,
    teams: Vec<TeamName>,
    people: HashMap<Uuid, String>,
    now: DateTime<Utc>,
}

impl Words {
    fn view(&self, row: &invitation::Model) -> Invitation {
        let keys = rights::keys(&row.roles);
        let roles: Vec<Known> = self.roles.iter().filter(|role| keys.contains(&role.key)).cloned().collect();
        let teams = team_ids(row);
        let name = |id: Uuid| Some(Inviter { id, name: self.people.get(&id)?.clone() });
        Invitation {
            id: row.id,
            email: row.email.clone(),
            roles: members::names(&roles),
            teams: self.teams.iter().filter(|team| teams.contains(&team.id)).cloned().collect(),
            state: if row.expires_at > self.now { InvitationState::Open } else { InvitationState::Expired },
            invited_by: row.invited_by.and_then(name),
            sent_at: row.sent_at,
            expires_at: row.expires_at,
            sends: row.sends,
            link: None,
        }
    }
}

impl Identity {
    async fn words(&self, scope: &Scope, rows: &[invitation::Model]) -> Result<Words, Error> {
        let reader = self.db.system_reader();
        let people = rows.iter().filter_map(|row| row.invited_by);
        let people = user::Entity::find().filter(user::Column::Id.is_in(people)).all(&reader).await?;
        let teams = team::Entity::find().filter(team::Column::OrgId.eq(scope.org_id.0));
        let teams = teams.order_by_asc(team::Column::NameKey).all(&reader).await?;
        Ok(Words {
            roles: own_roles::all_of(&reader, scope.org_id).await?,
            teams: teams.into_iter().map(|row| TeamName { id: row.id, name: row.name }).collect(),
            people: people.into_iter().map(|row| (row.id, row.name)).collect(),
            now: self.db.clock().now(),
        })
    }

    async fn invitations(&self, scope: &Scope) -> Result<Vec<Invitation>, Error> {
        scope.require(permissions::MEMBERS_WRITE)?;
        let find = open(scope).order_by_desc(invitation::Column::SentAt).order_by_desc(invitation::Column::Id);
        let rows = find.limit(MOST_OPEN).all(&self.db.system_reader()).await?;
        let words = self.words(scope, &rows).await?;
        Ok(rows.iter().map(|row| words.view(row)).collect())
    }

    async fn invite(&self, scope: &Scope, input: InvitationInput) -> Result<InvitationResult, Error> {
        scope.require(permissions::MEMBERS_WRITE)?;
        let emails = parse(&input.emails)?;
        let tx = self.db.begin(scope).await?;
        members::in_turn(&tx, scope).await?;
        let roles = own_roles::given(&tx, scope, &input.roles).await?;
        let teams = teams::given(&tx, scope, &input.team_ids).await?;
        let team_ids: Vec<Uuid> = teams.iter().map(|team| team.id).collect();
        check_offer(&tx, scope, &roles, &team_ids).await?;
        let members = of_members(&tx, scope, &emails).await?;
        let addresses = emails.iter().map(Email::as_str);
        let known = open(scope).filter(invitation::Column::Email.is_in(addresses)).all(&tx).await?;
        if open(scope).count(&tx).await? + emails.len() as u64 > MOST_OPEN {
            return Err(Refused::TooManyInvitations.into());
        }
        let now = tx.clock().now();
        if asked_since(&tx, scope, now - TimeDelta::days(1)).await? + emails.len() as u64 > MOST_A_DAY {
            return Err(Refused::TooManyAsked.into());
        }
        let mailed = sends::of_day(&tx, scope, &emails, now).await?;
        let keys: Vec<String> = roles.iter().map(|role| role.key.clone()).collect();
        let locale = input.locale.map_or(scope.locale, Locale::from);
        let (mut sent, mut skipped) = (Vec::new(), Vec::new());
        for email in emails {
            let before = known.iter().find(|row| row.email == email.as_str());
            let code = if members.iter().any(|member| member == email.as_str()) {
                Some("member")
            } else {
                before.filter(|row| row.expires_at > now).map(|_| "invited")
            };
            if let Some(code) = code {
                skipped.push(Skipped { email: email.as_str().to_owned(), code });
                continue;
            }
            let (began, earlier) = mailed.get(email.as_str()).copied().unwrap_or((now, 0));
            if earlier >= MOST_A_DAY_TO_ONE {
                skipped.push(Skipped { email: email.as_str().to_owned(), code: "too_often" });
                continue;
            }
            let (token, token_hash) = tokens::opaque(tx.clock());
            let row = invitation::Model {
                id: before.map_or_else(|| tx.clock().new_id(), |row| row.id),
                org_id: scope.org_id.0,
                email: email.as_str().to_owned(),
                token_hash,
                roles: rights::listed(&keys),
                teams: json!(team_ids),
                locale: locale.as_str().to_owned(),
                invited_by: scope.user_id().map(Uuid::from),
                created_at: before.map_or(now, |row| row.created_at),
                sent_at: now,
                expires_at: now + LIFE,
                sends: before.map_or(0, |row| row.sends) + 1,
                day_began_at: Some(began),
                day_sends: earlier + 1,
                accepted_at: None,
                revoked_at: None,
            };
            let change = if let Some(before) = before {
                write(&tx, &row).await?;
                Change::between("invitation", row.id, Action::Updated, &image(before), &image(&row), 1)
            } else {
                let new = invitation::ActiveModel::from(row.clone());
                invitation::Entity::insert(new).exec_without_returning(&tx).await?;
                Change::between("invitation", row.id, Action::Created, &json!({}), &image(&row), 1)
            };
            tell(&tx, event::INVITATION_SENT, change).await?;
            let link = self.mail_invitation(&tx, scope, &row, &token).await?;
            sent.push((row, link));
        }
        tx.commit().await?;
        let rows: Vec<invitation::Model> = sent.iter().map(|(row, _)| row.clone()).collect();
        let words = self.words(scope, &rows).await?;
        let items = sent.into_iter().map(|(row, link)| Invitation { link, ..words.view(&row) });
        Ok(InvitationResult { items: items.collect(), skipped })
    }

    /// Queues the mail; gives the link where no mail is sent.
    async fn mail_invitation(
        &self,
        tx: &Tx,
        scope: &Scope,
        row: &invitation::Model,
        token: &str,
    ) -> Result<Option<String>, Error> {
        let link = self.options.mailer.link(&format!("/auth/invitation#{token}"));
        if !self.options.mailer.sends() {
            return Ok(Some(link));
        }
        let organization = organization::Entity::find_by_id(scope.org_id.0).one(tx).await?.ok_or(Error::NotFound)?;
        let inviter = match scope.user_id() {
            Some(id) => user::Entity::find_by_id(id.0).one(tx).await?.map(|user| user.name),
            None => None,
        };
        let mail = Mail {
            kind: Kind::Invitation.as_str(),
            to: row.email.clone(),
            locale: Locale::from_tag(&row.locale).unwrap_or_default(),
            values: vec![
                ("inviter", inviter.unwrap_or_else(|| organization.name.clone())),
                ("organization", organization.name),
                ("link", link),
            ],
            dedup: format!("invitation:{}:{}", row.id, row.sends),
        };
        self.options.mailer.queue(tx, mail).await.map_err(Error::Port)?;
        Ok(None)
    }

    async fn resend(&self, scope: &Scope, id: Uuid) -> Result<Invitation, Error> {
        scope.require(permissions::MEMBERS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        members::in_turn(&tx, scope).await?;
        let before = open(scope).filter(invitation::Column::Id.eq(id)).one(&tx).await?.ok_or(Error::NotFound)?;
        check_offer(&tx, scope, &roles_of(&tx, &before).await?, &team_ids(&before)).await?;
        let now = tx.clock().now();
        let (began, earlier) = sends::one_more(&before, now)?;
        let (token, token_hash) = tokens::opaque(tx.clock());
        let sends = before.sends + 1;
        // From here on whoever sends it answers for it.
        let invited_by = scope.user_id().map(Uuid::from);
        let expires_at = now + LIFE;
        let after = invitation::Model {
            token_hash,
            sent_at: now,
            expires_at,
            sends,
            day_began_at: Some(began),
            day_sends: earlier + 1,
            invited_by,
            ..before.clone()
        };
        write(&tx, &after).await?;
        let change = Change::between("invitation", id, Action::Updated, &image(&before), &image(&after), 1);
        tell(&tx, event::INVITATION_SENT, change).await?;
        let link = self.mail_invitation(&tx, scope, &after, &token).await?;
        tx.commit().await?;
        let words = self.words(scope, std::slice::from_ref(&after)).await?;
        Ok(Invitation { link, ..words.view(&after) })
    }

    async fn revoke_invitation(&self, scope: &Scope, id: Uuid) -> Result<(), Error> {
        scope.require(permissions::MEMBERS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        members::in_turn(&tx, scope).await?;
        let row = open(scope).filter(invitation::Column::Id.eq(id)).one(&tx).await?.ok_or(Error::NotFound)?;
        let is_owners = roles_of(&tx, &row).await?.iter().any(|role| role.base == Role::Owner);
        if is_owners && !members::is_owner(&tx, scope).await? {
            return Err(Refused::OwnersOnly.into());
        }
        write(&tx, &invitation::Model { revoked_at: Some(tx.clock().now()), ..row.clone() }).await?;
        let change = Change::between("invitation", id, Action::Deleted, &image(&row), &json!({}), 1);
        tell(&tx, event::INVITATION_REVOKED, change).await?;
        Ok(tx.commit().await?)
    }
}
