-- People. Not tenant rows: a person may be a member of several organizations. An address is unique only once it is
-- verified (docs/adr/0002), so the index is not.
create table users (
    id {uuid} not null primary key,
    email {text} not null,
    password_hash {text} not null,
    name {text} not null,
    phone {text},
    locale {text} not null,
    time_zone {text} not null,
    theme {text} not null,
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create index users_email on users (email);

create table organizations (
    id {uuid} not null primary key,
    name {text} not null,
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);

create table memberships (
    org_id {uuid} not null,
    user_id {uuid} not null,
    role {text} not null,
    created_at {instant} not null,
    primary key (org_id, user_id)
);
create index memberships_user on memberships (user_id);

-- Signed-in devices. A browser's session is found by the hash of its cookie; a program's by the id in its tokens.
create table sessions (
    id {uuid} not null primary key,
    user_id {uuid} not null,
    org_id {uuid} not null,
    kind {text} not null,
    token_hash {bytes},
    user_agent {text},
    ip {text},
    created_at {instant} not null,
    last_seen_at {instant} not null,
    expires_at {instant} not null,
    revoked_at {instant}
);
create unique index sessions_token on sessions (token_hash) where token_hash is not null;
create index sessions_user on sessions (user_id, last_seen_at);
create index sessions_age on sessions (expires_at);

-- Refresh tokens by hash; a session is the family. Used ones stay until the session ends, to notice a reuse.
create table refresh_tokens (
    token_hash {bytes} not null primary key,
    session_id {uuid} not null,
    created_at {instant} not null,
    used_at {instant}
);
create index refresh_tokens_session on refresh_tokens (session_id);
