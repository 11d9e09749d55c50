-- Mails that were, or are to be, sent. Each belongs to the organization that the person it is for was in.
create table mails (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    kind {text} not null,
    to_address {text} not null,
    locale {text} not null,
    -- Values of the template, sealed by the vault: they may hold links that let somebody in. Gone once the mail is sent.
    data {text},
    state {text} not null,
    tries {bigint} not null,
    next_at {instant},
    -- What the last try was answered.
    last_code {text},
    last_error {text},
    provider_id {text},
    dedup {text} not null,
    created_at {instant} not null,
    settled_at {instant}
);
create unique index mails_dedup on mails (org_id, dedup);
create index mails_log on mails (org_id, created_at, id);
{tenant mails}

-- Mailboxes that refused mail for good. They belong to no organization: an address is the same for all.
create table mail_bounces (
    address {text} not null primary key,
    code {text} not null,
    error {text} not null,
    at {instant} not null
);
