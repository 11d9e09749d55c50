//! Every permission there is. A route names the permission it needs, never a role; which roles hold it is data in
//! `services/identity`.

use kernel::Permission;

macro_rules! permissions {
    ($($(#[$doc:meta])* $constant:ident = $bit:literal $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: Permission = Permission { name: $name, bit: $bit };)*

        /// All of them, in the order they are shown.
        pub const ALL: &[Permission] = &[$($constant),*];
    };
}

permissions! {
    CONTACTS_READ = 0 "crm.contacts.read";
    CONTACTS_WRITE = 1 "crm.contacts.write";
    /// Into the trash, and back.
    CONTACTS_DELETE = 2 "crm.contacts.delete";
    /// For good.
    CONTACTS_PURGE = 3 "crm.contacts.purge";
    CONTACTS_IMPORT = 4 "crm.contacts.import";
    CONTACTS_EXPORT = 5 "crm.contacts.export";
    CONTACTS_BULK = 6 "crm.contacts.bulk";
    COMPANIES_READ = 7 "crm.companies.read";
    COMPANIES_WRITE = 8 "crm.companies.write";
    COMPANIES_DELETE = 9 "crm.companies.delete";
    COMPANIES_PURGE = 10 "crm.companies.purge";
    COMPANIES_IMPORT = 11 "crm.companies.import";
    COMPANIES_EXPORT = 12 "crm.companies.export";
    COMPANIES_BULK = 13 "crm.companies.bulk";
    NOTES_READ = 14 "crm.notes.read";
    NOTES_WRITE = 15 "crm.notes.write";
    MEMBERS_READ = 16 "team.members.read";
    ORGANIZATION_WRITE = 17 "org.settings.write";
    DEALS_READ = 18 "crm.deals.read";
    DEALS_WRITE = 19 "crm.deals.write";
    DEALS_DELETE = 20 "crm.deals.delete";
    DEALS_PURGE = 21 "crm.deals.purge";
    DEALS_BULK = 22 "crm.deals.bulk";
    PIPELINES_READ = 23 "pipeline.pipelines.read";
    /// Pipelines, stages and their rules; also to pass those rules.
    PIPELINES_WRITE = 24 "pipeline.pipelines.write";
    /// Also to take a merge apart, and to say that two are not the same.
    CONTACTS_MERGE = 25 "crm.contacts.merge";
    COMPANIES_MERGE = 26 "crm.companies.merge";
    /// The fields that the organization makes up.
    FIELDS_WRITE = 27 "crm.fields.write";
    /// Saved views that others see.
    VIEWS_SHARE = 28 "crm.views.share";
    DEALS_IMPORT = 29 "crm.deals.import";
    DEALS_EXPORT = 30 "crm.deals.export";
    WEBHOOKS_READ = 31 "api.webhooks.read";
    WEBHOOKS_WRITE = 32 "api.webhooks.write";
    CHATS_READ = 33 "messaging.chats.read";
    /// Assign, snooze, finish, tag, link, comment.
    CHATS_WRITE = 34 "messaging.chats.write";
    MESSAGES_SEND = 35 "messaging.messages.send";
    /// Templates that others see.
    TEMPLATES_SHARE = 36 "messaging.templates.share";
    /// Exports of another program's history.
    CHATS_IMPORT = 37 "messaging.chats.import";
    ACCOUNTS_READ = 38 "bd.accounts.read";
    /// Connect, configure and disconnect: one's own, or everybody's by reach.
    ACCOUNTS_WRITE = 39 "bd.accounts.write";
    /// Orders of accounts from a provider.
    ACCOUNTS_PURCHASE = 40 "bd.accounts.purchase";
    /// Invite, give roles, remove, and let somebody in again whom wrong passwords have locked out.
    MEMBERS_WRITE = 41 "team.members.write";
    /// Roles that the organization makes up.
    ROLES_WRITE = 42 "team.roles.write";
    TEAMS_WRITE = 43 "team.teams.write";
    /// Keys of programs.
    API_KEYS_WRITE = 44 "api.keys.write";
    /// What everybody did; what they did themselves everybody may read.
    AUDIT_READ = 45 "audit.read";
    AUDIT_EXPORT = 46 "audit.export";
    CAMPAIGNS_READ = 47 "campaigns.read";
    /// Drafts, and to put contacts into campaigns that run.
    CAMPAIGNS_WRITE = 48 "campaigns.write";
    /// Approve, start, pause and end them; also what programs may do to contacts.
    CAMPAIGNS_START = 49 "campaigns.start";
}

/// Whether it lets somebody look, or take along what they see, and changes nothing.
#[must_use]
pub fn only_reads(permission: Permission) -> bool {
    matches!(permission.name.rsplit('.').next(), Some("read" | "export"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{ALL, API_KEYS_WRITE, AUDIT_EXPORT, CHATS_READ, MEMBERS_WRITE, MESSAGES_SEND, only_reads};

    #[test]
    fn reading_is_told_from_changing() {
        assert!([CHATS_READ, AUDIT_EXPORT].into_iter().all(only_reads));
        assert!(![MESSAGES_SEND, API_KEYS_WRITE, MEMBERS_WRITE].into_iter().any(only_reads));
    }

    #[test]
    fn names_and_bits_are_unique() {
        assert_eq!(ALL.iter().map(|p| p.bit).collect::<HashSet<_>>().len(), ALL.len());
        assert_eq!(ALL.iter().map(|p| p.name).collect::<HashSet<_>>().len(), ALL.len());
    }
}
