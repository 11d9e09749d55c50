-- Chats and their messages, what is to be sent, and what people note beside them.

-- A chat of an account, or of an inbound channel. What the inbox shows of its messages stands here too (`last_…`, `unread`,
-- `waiting_since`, `scheduled`): it is computed anew from the messages whenever they change.
create table chats (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    account_id {uuid},
    channel_id {uuid},
    -- One of the two.
    source_id {uuid} not null,
    -- telegram, api
    channel {text} not null,
    -- What the channel calls it.
    external_id {text} not null,
    kind {text} not null,
    title {text} not null,
    username {text},
    phone {text},
    -- Folded words of the title, each after a space.
    search_text {text} not null,
    contact_id {uuid},
    deal_ids {json} not null,
    tags {json} not null,
    assignee_id {uuid},
    -- open, snoozed, done
    state {text} not null,
    snoozed_until {instant},
    -- Shown as part of this one.
    merged_into {uuid},
    -- Up to which message each side has read.
    read_inbox_until {bigint} not null,
    read_outbox_until {bigint} not null,
    -- Whether the other side has ever written.
    has_in {bool} not null,
    last_id {uuid},
    last_at {instant} not null,
    last_text {text},
    last_direction {text},
    last_status {text},
    last_media {text},
    last_sender {text},
    unread {bigint} not null,
    waiting_since {instant},
    scheduled {bigint} not null,
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create unique index chats_external on chats (org_id, source_id, external_id);
create index chats_shown on chats (org_id, last_at, id) where merged_into is null;
-- The inbox of whoever reads some accounts only is put together of the newest of each, state by state.
create index chats_source on chats (org_id, source_id, state, last_at, id) where merged_into is null;
create index chats_assignee on chats (org_id, assignee_id, state, last_at, id) where merged_into is null;
create index chats_state on chats (org_id, state, last_at, id) where merged_into is null;
-- What is unread is counted off the index.
create index chats_unread on chats (org_id, account_id, state, assignee_id, unread)
    where merged_into is null and unread > 0;
create index chats_scheduled on chats (org_id, scheduled, id) where scheduled > 0;
create index chats_snoozed on chats (org_id, snoozed_until) where state = 'snoozed';
create index chats_contact on chats (org_id, contact_id, last_at, id) where contact_id is not null;
create index chats_merged on chats (org_id, merged_into) where merged_into is not null;
-- Whom other accounts know.
create index chats_person on chats (org_id, external_id) where kind = 'private' and contact_id is not null;
{tenant chats}

create table messages (
-- only sqlite
    -- The second it was sent in, and a number within: the order in which full text finds it.
    seq integer primary key,
    id blob not null unique,
-- end
-- only postgres
    id uuid not null,
-- end
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
-- only postgres
    , primary key (id, sent_at)
-- end
)
-- only postgres
partition by range (sent_at)
-- end
;
-- only sqlite
create unique index messages_external on messages (org_id, source_id, external_id, chat_id)
    where external_id is not null;
-- end
-- only postgres
create unique index messages_external on messages (org_id, source_id, external_id, chat_id, sent_at)
    where external_id is not null;
-- end
create index messages_place on messages (org_id, chat_id, place);
create index messages_out on messages (org_id, chat_id, place) where direction = 'out';
-- What is unread, and since when they wait, is read off the index.
create index messages_in on messages (org_id, chat_id, place) where direction = 'in' and deleted_at is null;
create index messages_source on messages (org_id, source_id, sent_at, id);
create index messages_time on messages (org_id, sent_at, id);
create index messages_client on messages (org_id, client_id) where client_id is not null;
create index messages_import on messages (org_id, import_id) where import_id is not null;
{tenant messages}

-- only postgres
-- The partition of the month of an instant, made if it is not there.
create function messages_month(at timestamptz) returns void language plpgsql as $$
declare
    first timestamptz := date_trunc('month', at at time zone 'UTC') at time zone 'UTC';
    next timestamptz := (date_trunc('month', at at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    name text := 'messages_' || to_char(at at time zone 'UTC', 'YYYY_MM');
begin
    if to_regclass(name) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(7272010002);
    if to_regclass(name) is null then
        execute format('create table %I partition of messages for values from (%L) to (%L)', name, first, next);
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy org_isolation on %I using '
            '(org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)', name);
    end if;
end $$;
-- end

-- What was told of messages that are not here (yet): that they were deleted, what people think of them.
create table message_marks (
    org_id {uuid} not null,
    source_id {uuid} not null,
    external_id {bigint} not null,
    -- None for those of private chats and basic groups, which are told without their chat.
    chat {text} not null,
    deleted_at {instant},
    reactions {json},
    noted_at {instant} not null,
    primary key (org_id, source_id, external_id, chat)
);
create index message_marks_age on message_marks (org_id, noted_at);
{tenant message_marks}

-- What messages said before they were edited.
create table message_edits (
    org_id {uuid} not null,
    message_id {uuid} not null,
    -- Since when it said so.
    said_at {instant} not null,
    text {text} not null,
    entities {json} not null,
    primary key (org_id, message_id, said_at)
);
{tenant message_edits}

create table media (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    chat_id {uuid} not null,
    message_id {uuid} not null,
    source_id {uuid} not null,
    kind {text} not null,
    -- How the account finds the bytes.
    reference {bytes} not null,
    file_name {text},
    mime_type {text} not null,
    size_bytes {bigint} not null,
    width {bigint},
    height {bigint},
    duration_ms {bigint},
    waveform {bytes},
    preview {bytes},
    -- remote, wanted, ready, failed
    state {text} not null,
    blob {text},
    thumb {text},
    wanted_at {instant},
    created_at {instant} not null
);
create index media_message on media (org_id, message_id);
create index media_wanted on media (org_id, source_id, wanted_at) where state = 'wanted';
{tenant media}

-- Files that people are about to send.
create table uploads (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    user_id {uuid} not null,
    kind {text} not null,
    file_name {text} not null,
    mime_type {text} not null,
    size_bytes {bigint} not null,
    width {bigint},
    height {bigint},
    blob {text} not null,
    thumb {text},
    created_at {instant} not null
);
create index uploads_age on uploads (org_id, created_at);
{tenant uploads}

-- What accounts are to do. `place` orders those of a chat: when it was asked for, or the time it is for.
create table errands (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    account_id {uuid} not null,
    chat_id {uuid} not null,
    -- send, edit, delete, read, react
    kind {text} not null,
    message_id {uuid},
    payload {json} not null,
    -- waiting, started, done, failed, canceled
    status {text} not null,
    place {instant} not null,
    not_before {instant} not null,
    first_contact {bool} not null,
    attempts {bigint} not null,
    -- Why it was put off, or failed.
    code {text},
    -- Whether it waits for a time that somebody chose.
    scheduled {bool} not null,
    -- As it was sent with the message: the same request again finds it.
    client_id {uuid},
    created_by {uuid},
    started_at {instant},
    ended_at {instant},
    created_at {instant} not null
);
create index errands_open on errands (org_id, account_id, chat_id, place, id) where ended_at is null;
create index errands_due on errands (org_id, account_id, not_before) where ended_at is null;
create index errands_message on errands (org_id, message_id) where message_id is not null;
create unique index errands_client on errands (org_id, client_id) where client_id is not null;
create index errands_ended on errands (org_id, ended_at) where ended_at is not null;
{tenant errands}

-- Which message a number that was sent along belongs to.
create table sent_randoms (
    org_id {uuid} not null,
    account_id {uuid} not null,
    random_id {bigint} not null,
    message_id {uuid} not null,
    errand_id {uuid} not null,
    primary key (org_id, account_id, random_id)
);
create index sent_randoms_errand on sent_randoms (org_id, errand_id);
create index sent_randoms_message on sent_randoms (org_id, message_id);
{tenant sent_randoms}

-- How far accounts have read their channels.
create table channel_positions (
    org_id {uuid} not null,
    account_id {uuid} not null,
    position {bytes} not null,
    updated_at {instant} not null,
    primary key (org_id, account_id)
);
{tenant channel_positions}

create table chat_comments (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    chat_id {uuid} not null,
    author_id {uuid} not null,
    text {text} not null,
    mentions {json} not null,
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null,
    deleted_at {instant}
);
create index chat_comments_chat on chat_comments (org_id, chat_id, created_at, id);
{tenant chat_comments}

-- Mentions that whom they are of has not seen.
create table chat_mentions (
    org_id {uuid} not null,
    user_id {uuid} not null,
    chat_id {uuid} not null,
    comment_id {uuid} not null,
    created_at {instant} not null,
    primary key (org_id, user_id, chat_id, comment_id)
);
create index chat_mentions_comment on chat_mentions (org_id, comment_id);
{tenant chat_mentions}

create table drafts (
    org_id {uuid} not null,
    chat_id {uuid} not null,
    user_id {uuid} not null,
    text {text} not null,
    reply_to {uuid},
    updated_at {instant} not null,
    primary key (org_id, chat_id, user_id)
);
{tenant drafts}

create table templates (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    owner_id {uuid} not null,
    name {text} not null,
    shortcut {text},
    text {text} not null,
    shared {bool} not null,
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create index templates_owner on templates (org_id, shared, owner_id);
{tenant templates}

-- Ways in for programs of others.
create table inbound_channels (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    name {text} not null,
    -- Sealed.
    secret {text} not null,
    created_by {uuid} not null,
    created_at {instant} not null,
    last_at {instant},
    deleted_at {instant}
);
create index inbound_channels_org on inbound_channels (org_id, created_at);
{tenant inbound_channels}

-- Whose a channel is: a webhook names the channel only.
create table inbound_channel_orgs (
    channel_id {uuid} not null primary key,
    org_id {uuid} not null
);

-- What came in, as it came.
create table inbound_received (
    org_id {uuid} not null,
    channel_id {uuid} not null,
    external_id {text} not null,
    message_id {uuid} not null,
    payload {json} not null,
    received_at {instant} not null,
    primary key (org_id, channel_id, external_id)
);
{tenant inbound_received}

-- Exports of another program's history.
create table chat_imports (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    user_id {uuid} not null,
    file_name {text} not null,
    -- Where the file is kept.
    blob {text} not null,
    size_bytes {bigint} not null,
    -- ready, running, completed, failed, reverting, reverted
    status {text} not null,
    account_id {uuid},
    -- What was found, and what was chosen.
    preview {json} not null,
    plan {json},
    chats_done {bigint} not null,
    messages_done {bigint} not null,
    messages_new {bigint} not null,
    error {text},
    created_at {instant} not null,
    ended_at {instant}
);
create index chat_imports_org on chat_imports (org_id, created_at, id);
{tenant chat_imports}

-- only sqlite
-- Full text, as for contacts. Besides the organization a message is found by its source and its chat: whoever reads few of
-- them does not go through what others have.
create virtual table messages_fts using fts5(org, text, content='', contentless_delete=1, tokenize='ascii', prefix='2 3');
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
-- only postgres
-- Full text, as for contacts: words stand beside the messages, without a policy; with their chat and time, so that the
-- newest are found without a look at the messages. Source and chat are words, too, with a sign that no question has: whoever
-- reads few of them does not go through what others have.
create table messages_words (
    record_id uuid not null primary key,
    chat_id uuid not null,
    sent_at timestamptz not null,
    words tsvector not null
);
create index messages_words_words on messages_words using gin (words);
-- Frequent words: from the newest back until there are enough.
create index messages_words_time on messages_words (sent_at, record_id);
create function messages_words_of(source_id uuid, chat_id uuid, search_text text) returns tsvector language sql immutable
    return array_to_tsvector(string_to_array(search_text, ' ') || ('#' || source_id) || ('#' || chat_id));
create function messages_words_insert() returns trigger language plpgsql as $$
begin
    insert into messages_words (record_id, chat_id, sent_at, words)
        select id, chat_id, sent_at, messages_words_of(source_id, chat_id, search_text) from added
        where search_text <> '';
    return null;
end $$;
create trigger messages_words_insert after insert on messages referencing new table as added
    for each statement execute function messages_words_insert();
create function messages_words_update() returns trigger language plpgsql as $$
begin
    delete from messages_words using was, now_is where record_id = was.id and was.id = now_is.id
        and (was.search_text, was.sent_at, was.chat_id)
            is distinct from (now_is.search_text, now_is.sent_at, now_is.chat_id);
    insert into messages_words (record_id, chat_id, sent_at, words)
        select now_is.id, now_is.chat_id, now_is.sent_at,
            messages_words_of(now_is.source_id, now_is.chat_id, now_is.search_text)
        from was join now_is on was.id = now_is.id
        where (was.search_text, was.sent_at, was.chat_id)
            is distinct from (now_is.search_text, now_is.sent_at, now_is.chat_id)
            and now_is.search_text <> '';
    return null;
end $$;
create trigger messages_words_update after update on messages
    referencing old table as was new table as now_is
    for each statement execute function messages_words_update();
create function messages_words_delete() returns trigger language plpgsql as $$
begin
    delete from messages_words using gone where record_id = gone.id;
    return null;
end $$;
create trigger messages_words_delete after delete on messages referencing old table as gone
    for each statement execute function messages_words_delete();
-- end
