-- Lists of imports.

-- How many messages were chosen; 0 of those that were started before it was kept.
alter table chat_imports add column messages_total {bigint} not null default 0;
-- For who sees only their own.
create index chat_imports_user on chat_imports (org_id, user_id, created_at, id);
