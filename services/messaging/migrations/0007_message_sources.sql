-- Messages of an account by time are found by their numbers, which are by time and a third as long as what the index had.
-- The old index was the largest of all, and written all over by history that is taken in chat by chat.

-- only sqlite
drop index messages_source;
create index messages_source on messages (source_id, seq);
-- end
