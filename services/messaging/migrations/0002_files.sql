-- Files of chats by time, and files whose bytes nothing speaks of any more.

create index messages_files on messages (org_id, chat_id, sent_at, id) where media_kind is not null and deleted_at is null;
-- Messages with a link. The same condition stands in `media/shared.rs`.
-- only sqlite
create index messages_links on messages (org_id, chat_id, sent_at, id) where deleted_at is null
    and (instr(text, '://') > 0 or instr(entities, '"kind":"url"') > 0 or instr(entities, '"kind":"link"') > 0);
-- end
-- only postgres
create index messages_links on messages (org_id, chat_id, sent_at, id) where deleted_at is null
    and (strpos(text, '://') > 0 or entities @> '[{"kind": "url"}]' or entities @> '[{"kind": "link"}]');
-- end

-- How many files messages have by an import.
alter table chat_imports add column files_done {bigint} not null default 0;

-- Who speaks of bytes.
create index media_blob on media (org_id, blob) where blob is not null;
create index media_thumb on media (org_id, thumb) where thumb is not null;
create index uploads_blob on uploads (org_id, blob);

-- Bytes that some row spoke of and does not any more. They are removed when nothing else does and some time has passed.
create table let_go (
    org_id {uuid} not null,
    blob {text} not null,
    -- Since when; noted when it is first looked at.
    since {instant},
    -- Whether the bytes are being removed: whoever comes with the same ones then is sent away.
    removing {bool} not null,
    primary key (org_id, blob)
);
{tenant let_go}

-- only sqlite
create trigger media_let_go after delete on media when old.blob is not null begin
    insert into let_go (org_id, blob, removing) values (old.org_id, old.blob, false)
        on conflict (org_id, blob) do update set since = null;
end;
create trigger media_let_go_thumb after delete on media when old.thumb is not null begin
    insert into let_go (org_id, blob, removing) values (old.org_id, old.thumb, false)
        on conflict (org_id, blob) do update set since = null;
end;
create trigger uploads_let_go after delete on uploads begin
    insert into let_go (org_id, blob, removing) values (old.org_id, old.blob, false)
        on conflict (org_id, blob) do update set since = null;
end;
create trigger uploads_let_go_thumb after delete on uploads when old.thumb is not null begin
    insert into let_go (org_id, blob, removing) values (old.org_id, old.thumb, false)
        on conflict (org_id, blob) do update set since = null;
end;
create trigger chat_imports_let_go after delete on chat_imports begin
    insert into let_go (org_id, blob, removing) values (old.org_id, old.blob, false)
        on conflict (org_id, blob) do update set since = null;
end;
-- end
-- only postgres
create function blob_let_go() returns trigger language plpgsql as $$
begin
    if old.blob is not null then
        insert into let_go (org_id, blob, removing) values (old.org_id, old.blob, false)
            on conflict (org_id, blob) do update set since = null;
    end if;
    return null;
end $$;
create function thumb_let_go() returns trigger language plpgsql as $$
begin
    if old.thumb is not null then
        insert into let_go (org_id, blob, removing) values (old.org_id, old.thumb, false)
            on conflict (org_id, blob) do update set since = null;
    end if;
    return null;
end $$;
create trigger media_let_go after delete on media for each row execute function blob_let_go();
create trigger media_let_go_thumb after delete on media for each row execute function thumb_let_go();
create trigger uploads_let_go after delete on uploads for each row execute function blob_let_go();
create trigger uploads_let_go_thumb after delete on uploads for each row execute function thumb_let_go();
create trigger chat_imports_let_go after delete on chat_imports for each row execute function blob_let_go();
-- end
