-- Where somebody's clock hangs: the name of a time zone in the IANA database; none: nobody knows.
alter table contacts add column time_zone {text};
-- Contacts in the order of their ids: what audiences are read in, part by part.
create index contacts_ids on contacts (org_id, id) where deleted_at is null;
