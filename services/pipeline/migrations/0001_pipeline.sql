-- Pipelines, their stages, the deals in them, and every move of a deal. Pipelines and stages that were deleted stay as
-- rows, so that history can name them.
create table pipelines (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    name {text} not null,
    is_default {bool} not null,
    place {bigint} not null,
    -- Of new deals.
    currency {text} not null,
    created_by {uuid},
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null,
    deleted_at {instant}
);
create index pipelines_place on pipelines (org_id, place, id);
create unique index pipelines_default on pipelines (org_id) where is_default and deleted_at is null;
{tenant pipelines}

create table stages (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    pipeline_id {uuid} not null,
    name {text} not null,
    kind {text} not null,
    color {text} not null,
    probability {bigint} not null,
    rot_days {bigint},
    wip_limit {bigint},
    place {bigint} not null,
    entry_rules {json} not null,
    exit_rules {json} not null,
    archived_at {instant},
    created_by {uuid},
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null,
    deleted_at {instant}
);
create index stages_place on stages (org_id, pipeline_id, place, id);
{tenant stages}

-- On SQLite `seq` is the row number: declared, so that the full-text rows keep their numbers.
create table deals (
-- only sqlite
    seq integer primary key,
    id blob not null unique,
    title_key text not null,
    position text not null,
-- end
-- only postgres
    id uuid not null primary key,
    -- Sorted by bytes, as SQLite does.
    title_key text collate "C" not null,
    position text collate "C" not null,
-- end
    org_id {uuid} not null,
    title {text} not null,
    pipeline_id {uuid} not null,
    -- What the deal is, open, won or lost, is the kind of this stage.
    stage_id {uuid} not null,
    stage_entered_at {instant} not null,
    won_at {instant},
    lost_at {instant},
    lost_reason {text},
    amount_minor {bigint},
    currency {text},
    -- May name what was purged since: readers then find no name and show none.
    company_id {uuid},
    contact_id {uuid},
    owner_id {uuid},
    -- A day, `YYYY-MM-DD`.
    expected_close_on {text},
    source {text},
    description {text},
    tags {json} not null,
    custom {json} not null,
    search_text {text} not null,
    created_by {uuid},
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null,
    deleted_at {instant}
);
create index deals_created on deals (org_id, created_at, id) where deleted_at is null;
create index deals_updated on deals (org_id, updated_at, id) where deleted_at is null;
create index deals_title on deals (org_id, title_key, id) where deleted_at is null;
create index deals_board on deals (org_id, stage_id, position, id) where deleted_at is null;
create index deals_owner on deals (org_id, owner_id, created_at, id) where deleted_at is null;
create index deals_contact on deals (org_id, contact_id, created_at, id) where contact_id is not null;
create index deals_company on deals (org_id, company_id, created_at, id) where company_id is not null;
create index deals_trash on deals (org_id, deleted_at, id) where deleted_at is not null;
{tenant deals}

-- Every change of stage, once. The first row of a deal has no stage it came from.
create table stage_history (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    deal_id {uuid} not null,
    client_id {uuid},
    from_stage_id {uuid},
    to_stage_id {uuid} not null,
    moved_by {uuid},
    moved_at {instant} not null,
    auto_moved {bool} not null,
    cause {text} not null,
    reason {text},
    seconds_in_from {bigint},
    batch_id {uuid}
);
create index stage_history_deal on stage_history (org_id, deal_id, moved_at, id);
create index stage_history_client on stage_history (org_id, client_id, moved_at, id) where client_id is not null;
create index stage_history_from on stage_history (org_id, from_stage_id, moved_at, id) where from_stage_id is not null;
create index stage_history_to on stage_history (org_id, to_stage_id, moved_at, id);
{tenant stage_history}

-- only sqlite
-- Full text, as for contacts.
create virtual table deals_fts using fts5(org, text, content='', contentless_delete=1, tokenize='ascii', prefix='2 3');
create trigger deals_fts_insert after insert on deals begin
    insert into deals_fts (rowid, org, text) values (new.seq, lower(hex(new.org_id)), new.search_text);
end;
create trigger deals_fts_update after update of search_text on deals when old.search_text <> new.search_text begin
    delete from deals_fts where rowid = old.seq;
    insert into deals_fts (rowid, org, text) values (new.seq, lower(hex(new.org_id)), new.search_text);
end;
create trigger deals_fts_delete after delete on deals begin
    delete from deals_fts where rowid = old.seq;
end;
-- end
-- only postgres
-- Full text, as for contacts: words stand beside the records, without a policy.
create table deals_words (record_id uuid not null primary key, words tsvector not null);
create index deals_words_words on deals_words using gin (words);
create function deals_words_insert() returns trigger language plpgsql as $$
begin
    insert into deals_words (record_id, words)
        select id, array_to_tsvector(string_to_array(search_text, ' ')) from added;
    return null;
end $$;
create trigger deals_words_insert after insert on deals referencing new table as added
    for each statement execute function deals_words_insert();
create function deals_words_update() returns trigger language plpgsql as $$
begin
    update deals_words set words = array_to_tsvector(string_to_array(new.search_text, ' ')) where record_id = new.id;
    return null;
end $$;
create trigger deals_words_update after update of search_text on deals
    for each row when (old.search_text <> new.search_text) execute function deals_words_update();
create function deals_words_delete() returns trigger language plpgsql as $$
begin
    delete from deals_words using gone where record_id = gone.id;
    return null;
end $$;
create trigger deals_words_delete after delete on deals referencing old table as gone
    for each statement execute function deals_words_delete();
-- end
