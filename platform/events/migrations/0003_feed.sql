-- Handlers and clients read the whole feed by position, whatever the kinds they want.
drop index events_kind;
create unique index events_positions on events (position) where position is not null;

-- Events up to here have been deleted: who asks for what came after an earlier one has missed something.
alter table event_head add column forgotten {bigint} not null default 0;
