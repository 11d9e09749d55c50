//! Merging. One transaction: the record that stays, those that become it, and all that hangs on them. Whoever merges holds
//! the contacts first, then the companies, each in the order of their ids, then what hangs on them.

use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::{Fields, Scope};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    acting, children,
    combine::combine,
    request::{MergeRequest, Wish},
};
use crate::{
    Crm, Error,
    bulk::batch::{self, Batch, BatchKind, BatchStatus, NewBatch, Progress},
    companies::{self, company::CompanyFields, queries::Company},
    contacts::{self, contact::ContactFields, queries::Contact},
    record::{MERGED_FROM, RecordKind, Standing},
    trash::{self, State},
};

/// A contact that others became, and the batch by which that is taken apart.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactMerged {
    pub record: Contact,
    pub batch: Batch,
}

/// A company that others became, and the batch by which that is taken apart.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CompanyMerged {
    pub record: Company,
    pub batch: Batch,
}

/// Makes one contact of several.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`] when one has another version than the one named;
/// [`Error::InTrash`]; [`Error::Merged`].
pub async fn contacts(crm: &Crm, scope: &Scope, request: MergeRequest) -> Result<ContactMerged, Error> {
    scope.require(RecordKind::Contact.rights().merge)?;
    let wish = request.parse(&image_of(&ContactFields::default()))?;
    let batch = merge(crm, scope, RecordKind::Contact, &wish).await?;
    Ok(ContactMerged { record: contacts::queries::get(crm, scope, wish.into).await?, batch })
}

/// Makes one company of several.
///
/// # Errors
/// As [`contacts`].
pub async fn companies(crm: &Crm, scope: &Scope, request: MergeRequest) -> Result<CompanyMerged, Error> {
    scope.require(RecordKind::Company.rights().merge)?;
    let wish = request.parse(&image_of(&CompanyFields::default()))?;
    let batch = merge(crm, scope, RecordKind::Company, &wish).await?;
    Ok(CompanyMerged { record: companies::queries::get(crm, scope, wish.into).await?, batch })
}

fn image_of(fields: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(fields) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

async fn merge(crm: &Crm, scope: &Scope, kind: RecordKind, wish: &Wish) -> Result<Batch, Error> {
    let id = crm.db.clock().new_id();
    let acting = acting(scope, id);
    let tx = crm.db.begin(&acting).await?;
    if kind == RecordKind::Company {
        children::hold_contacts(&tx, &acting, &wish.from).await?;
    }
    let states = trash::states_of(&tx, scope, kind, &wish.ids()).await?;
    check(crm, scope, kind, wish, &states).await?;
    let request = json!({ "into": wish.into, "from": wish.from });
    let total = wish.ids().len() as u64;
    let new = NewBatch { kind: BatchKind::Merge, action: "merge", record_type: kind.into(), total, request };
    let mut batch = batch::begin_as(&tx, id, new).await?;
    let (mut changes, name) = match kind {
        RecordKind::Contact => merge_contacts(&tx, scope, wish).await?,
        RecordKind::Company => merge_companies(&tx, scope, wish).await?,
    };
    if changes.len() != wish.ids().len() {
        return Err(db::Error::Stored("a record that is held").into());
    }
    name_sources(&mut changes[0], [Value::Null, json!(wish.from)]);
    db::change_log::record(&tx, changes).await?;
    let moved = children::follow(crm, &tx, &acting, kind, wish, &name).await?;
    let data = json!({ "into": wish.into, "from": wish.from });
    let (event, subject_kind) = (kind.events().merged, kind.as_str());
    events::append(&tx, [NewEvent { kind: event, subject_kind, subject_ids: wish.ids(), data }]).await?;
    batch::advance(&tx, &mut batch, Progress { done: total + moved, ..Progress::default() }).await?;
    batch::set_status(&tx, id, BatchStatus::Completed).await?;
    tx.commit().await?;
    batch::get(&crm.db.reader(scope), scope, id).await
}

/// Refuses records that are unknown, out of reach, not in use, or not as the actor believes them to be.
async fn check(crm: &Crm, scope: &Scope, kind: RecordKind, wish: &Wish, states: &[State]) -> Result<(), Error> {
    let state_of = |id: Uuid| states.iter().find(|state| state.id == id);
    let mut refused = Fields::default();
    for (place, _) in wish.ids().into_iter().enumerate().filter(|(_, id)| state_of(*id).is_none()) {
        let field = if place == 0 { "into".to_owned() } else { format!("from[{}]", place - 1) };
        refused.refuse(&field, "reference.unknown");
    }
    refused.finish(|| ())?;
    for state in wish.ids().into_iter().filter_map(state_of) {
        state.standing().require_in_use()?;
        if wish.versions.get(&state.id).is_some_and(|version| *version != state.version) {
            return Err(Error::Stale(trash::shown(crm, scope, kind, state.id).await?));
        }
    }
    Ok(())
}

/// The fields that images become together.
fn combined<F: DeserializeOwned>(images: impl Iterator<Item = Value>, wish: &Wish) -> Result<F, Error> {
    let images: Vec<Map<String, Value>> = images.map(|image| image_of(&image)).collect();
    let combined = Value::Object(combine(&images, &wish.fields)?);
    serde_json::from_value(combined).map_err(|_| db::Error::Stored("image").into())
}

fn standing_of(tx: &Tx, wish: &Wish, id: Uuid) -> Standing {
    if id == wish.into {
        return Standing::default();
    }
    Standing { deleted_at: Some(tx.clock().now()), merged_into: Some(wish.into) }
}

/// Writes the contacts; gives their changes, that of the one that stays first, and its name.
async fn merge_contacts(tx: &Tx, scope: &Scope, wish: &Wish) -> Result<(Vec<Change>, String), Error> {
    let ids = wish.ids();
    let mut loaded = contacts::store::load_many(tx, scope, &ids).await?;
    loaded.sort_by_key(|loaded| ids.iter().position(|id| *id == loaded.contact.id));
    let fields: ContactFields = combined(loaded.iter().map(|loaded| loaded.contact.fields.image()), wish)?;
    let same_company = loaded.iter().find(|loaded| loaded.contact.fields.company_id == fields.company_id);
    let company = same_company.and_then(|loaded| loaded.company_name.clone());
    let update = |loaded: contacts::store::Loaded| {
        let old = loaded.contact;
        let standing = standing_of(tx, wish, old.id);
        let (fields, company_name) = if old.id == wish.into {
            (fields.clone(), company.clone())
        } else {
            (old.fields.clone(), loaded.company_name)
        };
        contacts::store::Update { old, fields, standing, company_name }
    };
    let changes = contacts::many::write(tx, loaded.into_iter().map(update).collect(), Action::Merged).await?;
    Ok((changes, fields.name))
}

/// As [`merge_contacts`].
async fn merge_companies(tx: &Tx, scope: &Scope, wish: &Wish) -> Result<(Vec<Change>, String), Error> {
    let ids = wish.ids();
    let mut loaded = companies::store::load_many(tx, scope, &ids).await?;
    loaded.sort_by_key(|loaded| ids.iter().position(|id| *id == loaded.company.id));
    let fields: CompanyFields = combined(loaded.iter().map(|loaded| loaded.company.fields.image()), wish)?;
    let update = |loaded: companies::store::Loaded| {
        let old = loaded.company;
        let standing = standing_of(tx, wish, old.id);
        let fields = if old.id == wish.into { fields.clone() } else { old.fields.clone() };
        companies::store::Update { old, fields, standing }
    };
    let changes = companies::many::write(tx, loaded.into_iter().map(update).collect(), Action::Merged).await?;
    Ok((changes, fields.name))
}

/// Has the history of the record that stays tell which ones became it, before and after.
pub(super) fn name_sources(change: &mut Change, [before, after]: [Value; 2]) {
    for (image, sources) in [(&mut change.before, before), (&mut change.after, after)] {
        if let Some(Value::Object(image)) = image {
            image.insert(MERGED_FROM.to_owned(), sources);
        }
    }
}
