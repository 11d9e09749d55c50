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
    CONTACT_CREATED = "contact.created";
    CONTACT_UPDATED = "contact.updated";
    CONTACT_DELETED = "contact.deleted";
    CONTACT_RESTORED = "contact.restored";
    CONTACT_PURGED = "contact.purged";
    NOTE_CREATED = "note.created";
    NOTE_UPDATED = "note.updated";
    NOTE_DELETED = "note.deleted";
    IMPORT_STARTED = "import.started";
    IMPORT_COMPLETED = "import.completed";
    IMPORT_REVERTED = "import.reverted";
    EXPORT_COMPLETED = "export.completed";
    BULK_COMPLETED = "bulk.completed";
    BULK_UNDONE = "bulk.undone";
}
