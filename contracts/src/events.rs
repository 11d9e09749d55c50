//! Names of events (`noun.verb`, past tense). Their data is documented in `docs/events.md`.

macro_rules! events {
    ($($constant:ident = $name:literal;)*) => {
        $(pub const $constant: &str = $name;)*

        /// Every event that this version tells.
        pub const ALL: &[&str] = &[$($constant),*];
    };
}

events! {
    ORGANIZATION_CREATED = "organization.created";
    USER_REGISTERED = "user.registered";
    USER_SIGNED_IN = "user.signed_in";
    USER_PROFILE_UPDATED = "user.profile.updated";
    USER_PASSWORD_CHANGED = "user.password.changed";
    SESSION_REVOKED = "session.revoked";
    MEMBER_JOINED = "member.joined";
    COMPANY_CREATED = "company.created";
    COMPANY_UPDATED = "company.updated";
    COMPANY_DELETED = "company.deleted";
    COMPANY_RESTORED = "company.restored";
    COMPANY_PURGED = "company.purged";
    COMPANY_MERGED = "company.merged";
    COMPANY_UNMERGED = "company.unmerged";
    COMPANY_DUPLICATES_DISMISSED = "company.duplicates.dismissed";
    CONTACT_CREATED = "contact.created";
    CONTACT_UPDATED = "contact.updated";
    CONTACT_DELETED = "contact.deleted";
    CONTACT_RESTORED = "contact.restored";
    CONTACT_PURGED = "contact.purged";
    CONTACT_MERGED = "contact.merged";
    CONTACT_UNMERGED = "contact.unmerged";
    CONTACT_DUPLICATES_DISMISSED = "contact.duplicates.dismissed";
    NOTE_CREATED = "note.created";
    NOTE_UPDATED = "note.updated";
    NOTE_DELETED = "note.deleted";
    DEAL_CREATED = "deal.created";
    DEAL_UPDATED = "deal.updated";
    DEAL_DELETED = "deal.deleted";
    DEAL_RESTORED = "deal.restored";
    DEAL_PURGED = "deal.purged";
    DEAL_STAGE_CHANGED = "deal.stage.changed";
    DEAL_WON = "deal.won";
    DEAL_LOST = "deal.lost";
    PIPELINE_CREATED = "pipeline.created";
    PIPELINE_UPDATED = "pipeline.updated";
    PIPELINE_DELETED = "pipeline.deleted";
    STAGE_CREATED = "stage.created";
    STAGE_UPDATED = "stage.updated";
    STAGE_DELETED = "stage.deleted";
    STAGE_RULE_REJECTED = "stage.rule.rejected";
    FIELD_CREATED = "field.created";
    FIELD_UPDATED = "field.updated";
    FIELD_DELETED = "field.deleted";
    VIEW_CREATED = "view.created";
    VIEW_UPDATED = "view.updated";
    VIEW_DELETED = "view.deleted";
    IMPORT_STARTED = "import.started";
    IMPORT_COMPLETED = "import.completed";
    IMPORT_REVERTED = "import.reverted";
    EXPORT_COMPLETED = "export.completed";
    BULK_COMPLETED = "bulk.completed";
    BULK_UNDONE = "bulk.undone";
}
