//! What contacts and companies have in common: the columns that every record has, who may do what with them, and which
//! rows an actor reaches. Both kinds go to the trash, into batches and onto timelines the same way.

use std::collections::BTreeSet;

use ::events::NewEvent;
use chrono::{DateTime, Utc};
use contracts::{
    events::{self, Assigned, RecordsUpdated},
    permissions,
};
pub use db::image::{changed_fields, filled_in};
use db::{Change, image::ids_put};
pub use kernel::values::name_key;
use kernel::{Owners, Permission, Resource, Scope};
use sea_orm::{
    Condition, DeriveIden,
    sea_query::{Alias, Expr, ExprTrait, SimpleExpr},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use api::words;
pub use batches::Earlier;

use crate::Error;

words! {
    /// A kind of record.
    #[schema(as = RecordType)]
    RecordKind {
        Contact = "contact",
        Company = "company",
    }
}

/// What may be done with a kind of record.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    pub read: Permission,
    pub write: Permission,
    pub delete: Permission,
    pub purge: Permission,
    pub bulk: Permission,
    pub export: Permission,
    pub merge: Permission,
}

/// Names of the events of a kind of record.
#[derive(Clone, Copy, Debug)]
pub struct EventNames {
    pub created: &'static str,
    pub updated: &'static str,
    pub deleted: &'static str,
    pub restored: &'static str,
    pub purged: &'static str,
    pub merged: &'static str,
    pub unmerged: &'static str,
    pub dismissed: &'static str,
}

const CONTACT_RIGHTS: Rights = Rights {
    read: permissions::CONTACTS_READ,
    write: permissions::CONTACTS_WRITE,
    delete: permissions::CONTACTS_DELETE,
    purge: permissions::CONTACTS_PURGE,
    bulk: permissions::CONTACTS_BULK,
    export: permissions::CONTACTS_EXPORT,
    merge: permissions::CONTACTS_MERGE,
};

const COMPANY_RIGHTS: Rights = Rights {
    read: permissions::COMPANIES_READ,
    write: permissions::COMPANIES_WRITE,
    delete: permissions::COMPANIES_DELETE,
    purge: permissions::COMPANIES_PURGE,
    bulk: permissions::COMPANIES_BULK,
    export: permissions::COMPANIES_EXPORT,
    merge: permissions::COMPANIES_MERGE,
};

const CONTACT_EVENTS: EventNames = EventNames {
    created: events::CONTACT_CREATED,
    updated: events::CONTACT_UPDATED,
    deleted: events::CONTACT_DELETED,
    restored: events::CONTACT_RESTORED,
    purged: events::CONTACT_PURGED,
    merged: events::CONTACT_MERGED,
    unmerged: events::CONTACT_UNMERGED,
    dismissed: events::CONTACT_DUPLICATES_DISMISSED,
};

const COMPANY_EVENTS: EventNames = EventNames {
    created: events::COMPANY_CREATED,
    updated: events::COMPANY_UPDATED,
    deleted: events::COMPANY_DELETED,
    restored: events::COMPANY_RESTORED,
    purged: events::COMPANY_PURGED,
    merged: events::COMPANY_MERGED,
    unmerged: events::COMPANY_UNMERGED,
    dismissed: events::COMPANY_DUPLICATES_DISMISSED,
};

/// Changes owner and tags of the record with an id.
pub type Apply<'a> = dyn FnMut(Uuid, &mut Option<Uuid>, &mut Vec<String>) + Send + 'a;

impl RecordKind {
    #[must_use]
    pub fn rights(self) -> Rights {
        match self {
            Self::Contact => CONTACT_RIGHTS,
            Self::Company => COMPANY_RIGHTS,
        }
    }

    #[must_use]
    pub fn events(self) -> EventNames {
        match self {
            Self::Contact => CONTACT_EVENTS,
            Self::Company => COMPANY_EVENTS,
        }
    }

    /// The table of the records.
    #[must_use]
    pub fn table(self) -> Alias {
        Alias::new(self.table_name())
    }

    #[must_use]
    pub fn table_name(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Company => "companies",
        }
    }

    /// The word in addresses, which is that of the table.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.table_name()
    }

    /// A column of the table, with the table's name.
    #[must_use]
    pub fn column(self, column: Column) -> SimpleExpr {
        Expr::col((self.table(), column))
    }

    /// The rows of the scope's organization that the actor reaches.
    #[must_use]
    pub fn within(self, scope: &Scope) -> Condition {
        let mine = Condition::all().add(self.column(Column::OrgId).eq(scope.org_id.0));
        match scope.owners(Resource::Clients) {
            Owners::All => mine,
            Owners::These(people) => {
                let owner = self.column(Column::OwnerId);
                mine.add(Condition::any().add(owner.clone().is_null()).add(owner.is_in(people)))
            }
        }
    }

    /// Whether a row is in the trash, or in use. As the partial indexes have it. What was merged is neither.
    #[must_use]
    pub fn in_trash(self, trash: bool) -> SimpleExpr {
        let deleted_at = self.column(Column::DeletedAt);
        if trash {
            deleted_at.is_not_null().and(self.column(Column::MergedInto).is_null())
        } else {
            deleted_at.is_null()
        }
    }
}

/// Columns of both tables.
#[derive(Clone, Copy, Debug, DeriveIden)]
pub enum Column {
    Seq,
    Id,
    OrgId,
    Name,
    NameKey,
    OwnerId,
    Tags,
    Custom,
    SearchText,
    Version,
    CreatedAt,
    UpdatedAt,
    DeletedAt,
    MergedInto,
}

/// A record as it is stored: what can be edited, and what the system keeps about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<F> {
    pub id: Uuid,
    pub fields: F,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub merged_into: Option<Uuid>,
}

impl<F> Stored<F> {
    /// Whether it is in use, in the trash, or another one by now.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing { deleted_at: self.deleted_at, merged_into: self.merged_into }
    }
}

/// Whether a record is in use. Both are null when it is; one that was merged has both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Standing {
    pub deleted_at: Option<DateTime<Utc>>,
    pub merged_into: Option<Uuid>,
}

impl Standing {
    /// Refuses what is not in use.
    ///
    /// # Errors
    /// [`Error::Merged`]; [`Error::InTrash`].
    pub fn require_in_use(self) -> Result<(), Error> {
        match (self.merged_into, self.deleted_at) {
            (Some(_), _) => Err(Error::Merged),
            (None, Some(_)) => Err(Error::InTrash),
            (None, None) => Ok(()),
        }
    }
}

/// The event of changes of one kind of record.
#[must_use]
pub fn updated(kind: RecordKind, changes: &[Change]) -> NewEvent {
    let fields: BTreeSet<&str> = changes.iter().flat_map(changed_fields).collect();
    let fields = fields.into_iter().map(str::to_owned).collect();
    let assigned = Assigned::of(ids_put(changes, "ownerId"));
    NewEvent {
        kind: kind.events().updated,
        subject_kind: kind.as_str(),
        subject_ids: changes.iter().map(|change| change.subject_id).collect(),
        data: json!(RecordsUpdated { fields: Some(fields), import_id: None, assigned }),
    }
}

/// Key of an image that tells whether the record is in the trash.
pub const DELETED_AT: &str = "deletedAt";
/// Key of an image that tells which record it was merged into.
pub const MERGED_INTO: &str = "mergedInto";
/// Key of an image that tells which records were merged into it. Nothing that an undo puts back.
pub const MERGED_FROM: &str = "mergedFrom";

/// The image of a record's fields, with its standing.
#[must_use]
pub fn with_standing(mut image: Value, standing: Standing) -> Value {
    if let Value::Object(map) = &mut image {
        map.insert(DELETED_AT.to_owned(), json!(standing.deleted_at));
        map.insert(MERGED_INTO.to_owned(), json!(standing.merged_into));
    }
    image
}

/// Takes apart what [`with_standing`] put together.
///
/// # Errors
/// An image that is not of such a record.
pub fn without_standing<F: DeserializeOwned>(image: Value) -> Result<(F, Standing), db::Error> {
    let unreadable = |_| db::Error::Stored("image");
    let standing = serde_json::from_value(image.clone()).map_err(unreadable)?;
    Ok((serde_json::from_value(image).map_err(unreadable)?, standing))
}
