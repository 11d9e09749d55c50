-- When somebody proved that the address is theirs. From then on it is a key: nobody else has it verified.
alter table users add column email_verified_at {instant};
create unique index users_verified on users (email) where email_verified_at is not null;

-- Links that work once, by the hash of what stands in them.
create table one_time_links (
    token_hash {bytes} not null primary key,
    user_id {uuid} not null,
    purpose {text} not null,
    -- The address it went to: a link proves that one only.
    address {text} not null,
    created_at {instant} not null,
    expires_at {instant} not null,
    used_at {instant}
);
create index one_time_links_user on one_time_links (user_id, purpose, created_at);
create index one_time_links_age on one_time_links (expires_at);

-- Wrong passwords by the hash of the address, whether it has an account or not: both get the same answers.
create table signin_failures (
    address_hash {bytes} not null primary key,
    failures {bigint} not null,
    first_at {instant} not null,
    last_at {instant} not null,
    -- How often it was locked, and until when.
    locks {bigint} not null,
    locked_until {instant}
);
create index signin_failures_age on signin_failures (last_at);

-- What a person signs in from: a program on a system in a network, by hash.
create table known_devices (
    user_id {uuid} not null,
    fingerprint {bytes} not null,
    seen_at {instant} not null,
    primary key (user_id, fingerprint)
);
