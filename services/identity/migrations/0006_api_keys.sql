-- Keys of programs. Like sessions they belong to no tenant under row-level security: a key is what decides the tenant.
create table api_keys (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    -- Whose rights bound it.
    user_id {uuid} not null,
    name {text} not null,
    token_hash {bytes} not null,
    -- The beginning of the key, by which people tell it from others.
    prefix {text} not null,
    -- Names of permissions.
    permissions {json} not null,
    created_at {instant} not null,
    expires_at {instant},
    last_used_at {instant},
    last_ip {text},
    revoked_at {instant},
    version {bigint} not null,
    updated_at {instant} not null
);
create unique index api_keys_token on api_keys (token_hash);
create index api_keys_org on api_keys (org_id, created_at, id);
create index api_keys_user on api_keys (user_id);
