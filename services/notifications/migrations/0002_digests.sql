-- Days of the week on which digests come: Monday is 1, Tuesday 2, Wednesday 4 and so on.
alter table notification_settings add column digest_days {bigint} not null default 127;

-- Digests that were sent: one for a person, a channel and a time, kept in the transaction that sends it.
create table notification_digests (
    org_id {uuid} not null,
    user_id {uuid} not null,
    channel {text} not null,
    slot {instant} not null,
    -- Its person asked for it: at no time of theirs.
    asked {bool} not null,
    -- Of how many notifications.
    notifications {bigint} not null,
    created_at {instant} not null,
    primary key (org_id, user_id, channel, slot)
);
create index notification_digests_age on notification_digests (org_id, created_at);
{tenant notification_digests}
