-- Records that were merged into another stay as rows, out of every list, so that the merge can be taken apart.
alter table companies add column merged_into {uuid};
create index companies_merged on companies (org_id, merged_into) where merged_into is not null;
alter table contacts add column merged_into {uuid};
create index contacts_merged on contacts (org_id, merged_into) where merged_into is not null;
-- Contacts of one name at one company, side by side: what the list of duplicates walks.
create index contacts_same_name on contacts (org_id, name_key, company_id, id) where deleted_at is null;

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
