-- What a person proves besides the password. None of it belongs to an organization: it goes with the person.
create table totp_secrets (
    user_id {uuid} not null primary key,
    -- Sealed by the vault, in the place of no organization.
    secret {text} not null,
    created_at {instant} not null,
    -- Null until a first code has shown that the person's device has it.
    confirmed_at {instant},
    -- The last step of 30 seconds whose code was taken: none is taken again, and none before it.
    last_step {bigint} not null
);

-- One salt for the codes of a person: a try costs one hash, not ten.
create table backup_codes (
    user_id {uuid} not null,
    code_hash {bytes} not null,
    salt {bytes} not null,
    used_at {instant},
    primary key (user_id, code_hash)
);

create table passkeys (
    id {uuid} not null primary key,
    user_id {uuid} not null,
    credential_id {bytes} not null,
    -- Its public key and counter, as JSON.
    credential {text} not null,
    name {text} not null,
    created_at {instant} not null,
    last_used_at {instant}
);
create unique index passkeys_credential on passkeys (credential_id);
create index passkeys_user on passkeys (user_id);

-- Proofs that were begun and are to be finished by the token of which this is the hash.
create table auth_challenges (
    id_hash {bytes} not null primary key,
    -- Null where the answer tells who it is.
    user_id {uuid},
    purpose {text} not null,
    state {text} not null,
    tries {bigint} not null,
    created_at {instant} not null,
    expires_at {instant} not null,
    used_at {instant}
);
create index auth_challenges_age on auth_challenges (expires_at);

-- How often the second factor of a person was tried since then, by whomever.
create table factor_tries (
    user_id {uuid} not null primary key,
    tries {bigint} not null,
    since {instant} not null
);

-- Browsers that are not asked for the second factor, by the hash of their cookie.
create table trusted_devices (
    id {uuid} not null primary key,
    user_id {uuid} not null,
    token_hash {bytes} not null,
    user_agent {text},
    ip {text} not null,
    created_at {instant} not null,
    last_used_at {instant} not null,
    expires_at {instant} not null
);
create unique index trusted_devices_token on trusted_devices (token_hash);
create index trusted_devices_user on trusted_devices (user_id);

-- When somebody last proved in this session who they are.
alter table sessions add column confirmed_at {instant};
alter table organizations add column mfa_required {bool} not null default false;
