-- Records that were merged into another stay as rows, out of every list, so that the merge can be taken apart.
alter table companies add column merged_into {uuid};
create index companies_merged on companies (org_id, merged_into) where merged_into is not null;
alter table contacts add column merged_into {uuid};
create index contacts_merged on contacts (org_id, merged_into) where merged_into is not null;
-- Contacts of one name at one company, side by side: what the list of duplicates walks. `deleted_at` is there so that SQLite
-- does not look at the rows.
create index contacts_same_name on contacts (org_id, name_key, company_id, id, deleted_at) where deleted_at is null;

-- Pairs of records that look the same and are not. The smaller id stands first.
create table duplicate_dismissals (
    org_id {uuid} not null,
    first_id {uuid} not null,
    second_id {uuid} not null,
    created_by {uuid},
    created_at {instant} not null,
    primary key (org_id, first_id, second_id)
);
create index duplicate_dismissals_second on duplicate_dismissals (org_id, second_id);
{tenant duplicate_dismissals}

-- Whether an address came to a record when another one had it already: of those that have it, all but one at most. So what
-- is shared is found without walking what is not. It may be set where nothing is shared any more.
alter table record_identities add column shared {bool} not null default false;
-- only postgres
alter table record_identities no force row level security;
-- end
update record_identities set shared = true where exists (
    select 1 from record_identities o
    where o.org_id = record_identities.org_id and o.record_kind = record_identities.record_kind
        and o.kind = record_identities.kind and o.value = record_identities.value
        and o.record_id < record_identities.record_id);
-- only postgres
alter table record_identities force row level security;
create function record_identities_shared() returns trigger language plpgsql as $$
begin
    new.shared := exists (
        select 1 from record_identities o
        where o.org_id = new.org_id and o.record_kind = new.record_kind and o.kind = new.kind and o.value = new.value
            and o.record_id <> new.record_id);
    return new;
end $$;
create trigger record_identities_shared before insert on record_identities
    for each row execute function record_identities_shared();
-- end
-- only sqlite
create trigger record_identities_shared after insert on record_identities when exists (
    select 1 from record_identities o
    where o.org_id = new.org_id and o.record_kind = new.record_kind and o.kind = new.kind and o.value = new.value
        and o.record_id <> new.record_id)
begin
    update record_identities set shared = true
    where org_id = new.org_id and record_kind = new.record_kind and kind = new.kind and value = new.value
        and record_id = new.record_id;
end;
-- end
-- `shared` stands in it too, so that SQLite takes it and not the primary key.
create index record_identities_shared on record_identities (org_id, record_kind, shared, kind, value) where shared = true;
