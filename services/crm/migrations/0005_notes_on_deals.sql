-- Notes are about deals too, which another service keeps: it is asked whether somebody reaches one.
alter table notes add column deal_id {uuid};
create index notes_deal on notes (org_id, deal_id, created_at, id) where deal_id is not null;
