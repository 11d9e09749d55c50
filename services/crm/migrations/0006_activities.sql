-- A note may tell of a call, a meeting, a message: what it was, when it happened (when it was written, unless it says), how
-- long it took. And whom it mentions.
alter table notes add column kind {text} not null default 'note';
alter table notes add column occurred_at {instant};
alter table notes add column duration_minutes {bigint};
alter table notes add column mentions {json} not null default '[]';
