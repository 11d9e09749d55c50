//! Saving, changing and deleting views. Each command is one transaction: the rule, the rows, the change log, the event.

use contracts::{
    events::{VIEW_CREATED, VIEW_DELETED, VIEW_UPDATED},
    permissions::VIEWS_SHARE,
};
use db::{Action, Change, Params, Tx};
use events::NewEvent;
use kernel::{Scope, filter::Filter};
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    queries::{self, SavedView},
    store::{self, DefaultOf},
    view::{StoredView, ViewInput, ViewPatch, ViewQuery, ViewRecordType, ViewVisibility},
};
use crate::{
    Crm, Error,
    record::{changed_fields, filled_in},
};

/// The word for views in change log and events.
const KIND: &str = "view";
/// Most views of a list that one person has.
const MAX_VIEWS: usize = 200;

/// Saves a view of the actor's. Every member may keep some; to share one takes a permission.
///
/// # Errors
/// [`Error::Invalid`] with every part at fault; a filter or sort that does not fit the list; [`Error::TooMany`].
pub async fn create(crm: &Crm, scope: &Scope, input: ViewInput) -> Result<SavedView, Error> {
    if input.is_org_default || input.visibility.unwrap_or(ViewVisibility::Private) != ViewVisibility::Private {
        scope.require(VIEWS_SHARE)?;
    }
    let owner_id = scope.user_id().map(Uuid::from).ok_or(Error::NotFound)?;
    let record_type = input.record_type;
    let patch = input.into_patch();
    if let Some(query) = &patch.query {
        check(crm, scope, record_type, query).await?;
    }
    let tx = crm.db.begin(scope).await?;
    if store::count(&tx, scope, record_type, owner_id).await? >= MAX_VIEWS {
        return Err(Error::TooMany { max: MAX_VIEWS });
    }
    let now = tx.clock().now();
    let blank = StoredView {
        id: tx.clock().new_id(),
        record_type,
        owner_id,
        name: String::new(),
        icon: None,
        visibility: ViewVisibility::Private,
        query: ViewQuery::default(),
        locked: false,
        position: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let mut view = patch.apply(blank)?;
    let others = store::list(&tx, scope, record_type).await?;
    view.position = make_room(&tx, scope, &others, view.id, patch.position).await?;
    store::insert(&tx, scope, &view).await?;
    let change = Change {
        subject_kind: KIND,
        subject_id: view.id,
        record_id: view.id,
        action: Action::Created,
        before: None,
        after: Some(filled_in(view.image())),
        version: 1,
    };
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [told(VIEW_CREATED, &view, None)]).await?;
    mark(&tx, scope, &view, &patch).await?;
    tx.commit().await?;
    queries::shown(crm, scope, view).await
}

/// Refuses a filter or a sort that the list would refuse.
async fn check(crm: &Crm, scope: &Scope, of: ViewRecordType, query: &ViewQuery) -> Result<(), Error> {
    let filter = query.filter.clone().map(|node| Filter::parse(&Value::Object(node).to_string())).transpose();
    let filter = filter.map_err(db::Error::from)?;
    let params = Params { filter, sort: query.sort.clone(), ..Params::default() };
    // Only the names and types of the fields are wanted here, not where they stand.
    let params = crm.definitions.params(scope, of.into(), &Expr::cust("custom"), &params).await?;
    if let Some(list) = crm.definitions.list_of(of.into()) {
        list.check(params.filter.as_ref(), params.sort.as_deref(), &params.own_fields)?;
    }
    Ok(())
}

/// The place that is asked for, the others having made room; behind them unless one is asked for. Views that the actor
/// may not change stay where they are.
async fn make_room(
    tx: &Tx,
    scope: &Scope,
    views: &[StoredView],
    moving: Uuid,
    wanted: Option<i64>,
) -> Result<i64, Error> {
    let others: Vec<&StoredView> = views.iter().filter(|view| view.id != moving).collect();
    let Some(wanted) = wanted else {
        return Ok(others.iter().map(|view| view.position + 1).max().unwrap_or_default());
    };
    let at = usize::try_from(wanted).unwrap_or_default().min(others.len());
    let (me, shares) = (scope.user_id().map(Uuid::from), scope.require(VIEWS_SHARE).is_ok());
    let (mut next, mut place) = (0, 0);
    for index in 0..=others.len() {
        if index == at {
            place = next;
            next += 1;
        }
        let Some(view) = others.get(index) else { break };
        if view.may_be_changed_by(me, shares) {
            if view.position != next {
                store::renumber(tx, scope, view.id, next).await?;
            }
            next += 1;
        } else {
            next = next.max(view.position + 1);
        }
    }
    Ok(place)
}

fn told(event: &'static str, view: &StoredView, change: Option<&Change>) -> NewEvent {
    let mut data = json!({ "recordType": view.record_type, "visibility": view.visibility });
    if let Some(change) = change {
        data["fields"] = json!(changed_fields(change));
    }
    NewEvent::of(event, KIND, view.id, data)
}

/// Makes the view what lists begin with, as far as that was asked.
async fn mark(tx: &Tx, scope: &Scope, view: &StoredView, patch: &ViewPatch) -> Result<(), Error> {
    if let (Some(begins), Some(me)) = (patch.is_default, scope.user_id()) {
        store::mark(tx, scope, view, DefaultOf::Person(me.0), begins).await?;
    }
    if let Some(begins) = patch.is_org_default {
        scope.require(VIEWS_SHARE)?;
        if begins && view.visibility == ViewVisibility::Private {
            return Err(Error::field("isOrgDefault", "view.private_default"));
        }
        store::mark(tx, scope, view, DefaultOf::Everybody, begins).await?;
    }
    Ok(())
}

/// Changes a view, and whether the list begins with it. What changes nothing writes nothing.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for a view that is shared by somebody else; [`Error::Stale`]; as
/// [`create`].
pub async fn change(crm: &Crm, scope: &Scope, id: Uuid, patch: ViewPatch) -> Result<SavedView, Error> {
    let me = scope.user_id().map(Uuid::from).ok_or(Error::NotFound)?;
    let tx = crm.db.begin(scope).await?;
    let old = store::hold(&tx, scope, id).await?;
    if patch.version.is_some_and(|version| version != old.version) {
        tx.rollback().await?;
        let current = queries::shown(crm, scope, old).await?;
        return Err(Error::Stale(serde_json::to_value(current).unwrap_or_default()));
    }
    let mut new = old.clone();
    if patch.is_about_the_view() {
        let shares = scope.require(VIEWS_SHARE);
        if !old.may_be_changed_by(Some(me), shares.is_ok()) {
            shares?;
        }
        new = patch.apply(old.clone())?;
        match new.visibility {
            same if same == old.visibility => {}
            ViewVisibility::Private if old.owner_id != me => return Err(Error::field("visibility", "view.not_yours")),
            ViewVisibility::Private => {}
            ViewVisibility::Team | ViewVisibility::Org => scope.require(VIEWS_SHARE)?,
        }
        if new.query != old.query {
            check(crm, scope, old.record_type, &new.query).await?;
        }
        if patch.position.is_some() {
            let all = store::list(&tx, scope, old.record_type).await?;
            new.position = make_room(&tx, scope, &all, id, patch.position).await?;
        }
    }
    let (before, after) = (old.image(), new.image());
    if before != after {
        (new.version, new.updated_at) = (old.version + 1, tx.clock().now());
        store::update(&tx, scope, &new).await?;
        let change = Change::between(KIND, id, Action::Updated, &before, &after, new.version);
        let event = told(VIEW_UPDATED, &new, Some(&change));
        db::change_log::record(&tx, [change]).await?;
        events::append(&tx, [event]).await?;
    }
    if new.visibility == ViewVisibility::Private && old.visibility != new.visibility {
        store::mark(&tx, scope, &new, DefaultOf::Everybody, false).await?;
    }
    mark(&tx, scope, &new, &patch).await?;
    tx.commit().await?;
    queries::shown(crm, scope, new).await
}

/// Deletes a view.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for a view that is shared by somebody else.
pub async fn delete(crm: &Crm, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let tx = crm.db.begin(scope).await?;
    let old = store::hold(&tx, scope, id).await?;
    let shares = scope.require(VIEWS_SHARE);
    if !old.may_be_changed_by(scope.user_id().map(Uuid::from), shares.is_ok()) {
        shares?;
    }
    store::remove(&tx, scope, id).await?;
    let change = Change {
        subject_kind: KIND,
        subject_id: id,
        record_id: id,
        action: Action::Deleted,
        before: Some(old.image()),
        after: None,
        version: old.version,
    };
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [told(VIEW_DELETED, &old, None)]).await?;
    Ok(tx.commit().await?)
}
