-- What has no position yet is in neither feed: an event is indexed there once, when it is placed.
drop index events_feed;
drop index events_kind;
create index events_feed on events (org_id, position) where position is not null;
create index events_kind on events (kind, position) where position is not null;
