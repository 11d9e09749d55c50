-- Timelines of contacts tell conversations day by day: when something was said last before an instant is read off this.
create index messages_days on messages (org_id, chat_id, sent_at) where deleted_at is null;
