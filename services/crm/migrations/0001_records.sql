-- Companies and contacts. On SQLite `seq` is the row number: declared, so that the full-text rows keep their numbers.
create table companies (
-- only sqlite
    seq integer primary key,
    id blob not null unique,
    name_key text not null,
-- end
-- only postgres
    id uuid not null primary key,
    -- Sorted by bytes, as SQLite does.
    name_key text collate "C" not null,
-- end
    org_id {uuid} not null,
    name {text} not null,
    -- Without case, punctuation and legal form: what `companyName` finds a company by.
    match_key {text} not null,
    industry {text},
    size {text},
    description {text},
    website {text},
    address {text},
    source {text},
    emails {json} not null,
    phones {json} not null,
    tags {json} not null,
    custom {json} not null,
    owner_id {uuid},
    search_text {text} not null,
    created_by {uuid},
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null,
    deleted_at {instant}
);
create index companies_created on companies (org_id, created_at, id) where deleted_at is null;
create index companies_updated on companies (org_id, updated_at, id) where deleted_at is null;
create index companies_name on companies (org_id, name_key, id) where deleted_at is null;
create index companies_owner on companies (org_id, owner_id, created_at, id) where deleted_at is null;
create index companies_match on companies (org_id, match_key) where deleted_at is null;
create index companies_trash on companies (org_id, deleted_at, id) where deleted_at is not null;
{tenant companies}

create table contacts (
-- only sqlite
    seq integer primary key,
    id blob not null unique,
    name_key text not null,
-- end
-- only postgres
    id uuid not null primary key,
    name_key text collate "C" not null,
-- end
    org_id {uuid} not null,
    name {text} not null,
    first_name {text},
    middle_name {text},
    last_name {text},
    job_title {text},
    -- May name a company that was purged since: readers take the id from the company's row.
    company_id {uuid},
    owner_id {uuid},
    emails {json} not null,
    phones {json} not null,
    telegram_username {text},
    website {text},
    linkedin_url {text},
    source {text},
    tags {json} not null,
    description {text},
    lead_score {bigint},
    do_not_contact {bool} not null,
    custom {json} not null,
    search_text {text} not null,
    created_by {uuid},
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null,
    deleted_at {instant}
);
create index contacts_created on contacts (org_id, created_at, id) where deleted_at is null;
create index contacts_updated on contacts (org_id, updated_at, id) where deleted_at is null;
create index contacts_name on contacts (org_id, name_key, id) where deleted_at is null;
create index contacts_owner on contacts (org_id, owner_id, created_at, id) where deleted_at is null;
create index contacts_company on contacts (org_id, company_id, created_at, id) where company_id is not null;
create index contacts_trash on contacts (org_id, deleted_at, id) where deleted_at is not null;
{tenant contacts}

-- What a record is recognised by, in the form that compares: duplicate hints, imports, and later the chats of a person.
create table record_identities (
    org_id {uuid} not null,
    record_kind {text} not null,
    kind {text} not null,
    value {text} not null,
    record_id {uuid} not null,
    primary key (org_id, record_kind, kind, value, record_id)
-- only sqlite
) without rowid;
-- end
-- only postgres
);
-- end
create index record_identities_record on record_identities (org_id, record_id);
{tenant record_identities}

create table notes (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    contact_id {uuid},
    company_id {uuid},
    author_id {uuid} not null,
    body {text} not null,
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null,
    deleted_at {instant}
);
create index notes_contact on notes (org_id, contact_id, created_at, id) where contact_id is not null;
create index notes_company on notes (org_id, company_id, created_at, id) where company_id is not null;
{tenant notes}

-- Changes made together, which are followed and undone together: a bulk operation, an import, an undo.
create table batches (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    kind {text} not null,
    action {text} not null,
    record_type {text} not null,
    status {text} not null,
    total {bigint} not null,
    done {bigint} not null,
    conflicts {bigint} not null,
    request {json} not null,
    -- How far the job has come: the last record of a bulk operation, the last change of an undo.
    reached {uuid},
    created_by {uuid},
    created_at {instant} not null,
    finished_at {instant}
);
create index batches_created on batches (org_id, created_at, id);
{tenant batches}

-- only sqlite
-- Full text. The words are folded before they come here, so the tokenizer only splits at spaces. `org` keeps the
-- posting lists of organizations apart.
create virtual table contacts_fts using fts5(org, text, content='', contentless_delete=1, tokenize='ascii', prefix='2 3');
create trigger contacts_fts_insert after insert on contacts begin
    insert into contacts_fts (rowid, org, text) values (new.seq, lower(hex(new.org_id)), new.search_text);
end;
create trigger contacts_fts_update after update of search_text on contacts when old.search_text <> new.search_text begin
    delete from contacts_fts where rowid = old.seq;
    insert into contacts_fts (rowid, org, text) values (new.seq, lower(hex(new.org_id)), new.search_text);
end;
create trigger contacts_fts_delete after delete on contacts begin
    delete from contacts_fts where rowid = old.seq;
end;
create virtual table companies_fts using fts5(org, text, content='', contentless_delete=1, tokenize='ascii', prefix='2 3');
create trigger companies_fts_insert after insert on companies begin
    insert into companies_fts (rowid, org, text) values (new.seq, lower(hex(new.org_id)), new.search_text);
end;
create trigger companies_fts_update after update of search_text on companies when old.search_text <> new.search_text begin
    delete from companies_fts where rowid = old.seq;
    insert into companies_fts (rowid, org, text) values (new.seq, lower(hex(new.org_id)), new.search_text);
end;
create trigger companies_fts_delete after delete on companies begin
    delete from companies_fts where rowid = old.seq;
end;
-- end
-- only postgres
-- Full text. Words stand beside the records because row-level security keeps the planner from using a full-text index:
-- `@@` is not leakproof, so on a table with a policy it would be checked row by row. These two tables have no policy;
-- they are read only for ids, which are then looked up under the policy of the record.
create table contacts_words (record_id uuid not null primary key, words tsvector not null);
create index contacts_words_words on contacts_words using gin (words);
create function contacts_words_insert() returns trigger language plpgsql as $$
begin
    insert into contacts_words (record_id, words)
        select id, array_to_tsvector(string_to_array(search_text, ' ')) from added;
    return null;
end $$;
create trigger contacts_words_insert after insert on contacts referencing new table as added
    for each statement execute function contacts_words_insert();
create function contacts_words_update() returns trigger language plpgsql as $$
begin
    update contacts_words set words = array_to_tsvector(string_to_array(new.search_text, ' ')) where record_id = new.id;
    return null;
end $$;
create trigger contacts_words_update after update of search_text on contacts
    for each row when (old.search_text <> new.search_text) execute function contacts_words_update();
create function contacts_words_delete() returns trigger language plpgsql as $$
begin
    delete from contacts_words using gone where record_id = gone.id;
    return null;
end $$;
create trigger contacts_words_delete after delete on contacts referencing old table as gone
    for each statement execute function contacts_words_delete();
create table companies_words (record_id uuid not null primary key, words tsvector not null);
create index companies_words_words on companies_words using gin (words);
create function companies_words_insert() returns trigger language plpgsql as $$
begin
    insert into companies_words (record_id, words)
        select id, array_to_tsvector(string_to_array(search_text, ' ')) from added;
    return null;
end $$;
create trigger companies_words_insert after insert on companies referencing new table as added
    for each statement execute function companies_words_insert();
create function companies_words_update() returns trigger language plpgsql as $$
begin
    update companies_words set words = array_to_tsvector(string_to_array(new.search_text, ' ')) where record_id = new.id;
    return null;
end $$;
create trigger companies_words_update after update of search_text on companies
    for each row when (old.search_text <> new.search_text) execute function companies_words_update();
create function companies_words_delete() returns trigger language plpgsql as $$
begin
    delete from companies_words using gone where record_id = gone.id;
    return null;
end $$;
create trigger companies_words_delete after delete on companies referencing old table as gone
    for each statement execute function companies_words_delete();
-- end
