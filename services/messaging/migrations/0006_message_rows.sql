-- Messages lie in the order in which they come. An export is taken in chat by chat: where a message lay by its time, a thousand
-- of one chat were on a thousand pages of the table, and as many of the index of its import. What lies by time still is one
-- index less: the numbers by which full text finds them are by time, too.

-- only postgres
drop index messages_import;
create index messages_import on messages (org_id, import_id, id) where import_id is not null;
-- end
-- only sqlite
create table messages_anew (
    number integer primary key,
    -- The second it was sent in, and a number within: the order in which full text finds it.
    seq integer not null unique,
    id blob not null unique,
    org_id {uuid} not null,
    chat_id {uuid} not null,
    -- The account or the inbound channel of the chat.
    source_id {uuid} not null,
    -- What the channel calls it; none before it was sent.
    external_id {bigint},
    -- Its place in the chat: the external id, or beyond all of these while it has none.
    place {bigint} not null,
    -- in, out
    direction {text} not null,
    -- received, queued, sent, delivered, read, failed, canceled
    status {text} not null,
    sender_id {bigint},
    sender_name {text},
    -- Who of us wrote it.
    author_id {uuid},
    text {text} not null,
    entities {json} not null,
    reply_to {bigint},
    topic_id {bigint},
    forwarded {json},
    album_id {bigint},
    media_kind {text},
    reactions {json} not null,
    service {json},
    sent_at {instant} not null,
    edited_at {instant},
    deleted_at {instant},
    read_at {instant},
    scheduled_at {instant},
    error {text},
    -- live, sync, import, api
    source {text} not null,
    import_id {uuid},
    client_id {uuid},
    search_text {text} not null,
    version {bigint} not null
);
insert into messages_anew (seq, id, org_id, chat_id, source_id, external_id, place, direction, status, sender_id, sender_name, author_id,
    text, entities, reply_to, topic_id, forwarded, album_id, media_kind, reactions, service, sent_at, edited_at,
    deleted_at, read_at, scheduled_at, error, source, import_id, client_id, search_text, version)
    select seq, id, org_id, chat_id, source_id, external_id, place, direction, status, sender_id, sender_name, author_id,
    text, entities, reply_to, topic_id, forwarded, album_id, media_kind, reactions, service, sent_at, edited_at,
    deleted_at, read_at, scheduled_at, error, source, import_id, client_id, search_text, version from messages order by id;
drop table messages;
alter table messages_anew rename to messages;
create unique index messages_external on messages (org_id, source_id, external_id, chat_id)
    where external_id is not null;
create index messages_place on messages (org_id, chat_id, place);
create index messages_out on messages (org_id, chat_id, place) where direction = 'out';
create index messages_in on messages (org_id, chat_id, place) where direction = 'in' and deleted_at is null;
create index messages_source on messages (org_id, source_id, sent_at, id);
create index messages_client on messages (org_id, client_id) where client_id is not null;
create index messages_import on messages (org_id, import_id, id) where import_id is not null;
create index messages_files on messages (org_id, chat_id, sent_at, id) where media_kind is not null and deleted_at is null;
create index messages_links on messages (org_id, chat_id, sent_at, id) where deleted_at is null
    and (instr(text, '://') > 0 or instr(entities, '"kind":"url"') > 0 or instr(entities, '"kind":"link"') > 0);
create index messages_days on messages (org_id, chat_id, sent_at) where deleted_at is null;
create trigger messages_fts_insert after insert on messages when new.search_text <> '' begin
    insert into messages_fts (rowid, org, text) values (new.seq,
        lower(hex(new.org_id)) || ' ' || lower(hex(new.source_id)) || ' ' || lower(hex(new.chat_id)), new.search_text);
end;
create trigger messages_fts_update after update of search_text, chat_id on messages
    when old.search_text <> new.search_text or old.chat_id <> new.chat_id begin
    delete from messages_fts where rowid = old.seq;
    insert into messages_fts (rowid, org, text) values (new.seq,
        lower(hex(new.org_id)) || ' ' || lower(hex(new.source_id)) || ' ' || lower(hex(new.chat_id)), new.search_text);
end;
create trigger messages_fts_delete after delete on messages begin
    delete from messages_fts where rowid = old.seq;
end;
-- end
