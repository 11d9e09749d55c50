-- Accounts elsewhere that a person signs in by. Like sessions they belong to no tenant: they go with the person.
create table user_identities (
    id {uuid} not null primary key,
    user_id {uuid} not null,
    -- google, github, oidc or telegram.
    provider {text} not null,
    -- Whose subjects these are: another issuer under the same setting has others.
    issuer {text} not null,
    subject {text} not null,
    -- As the provider vouched for it when it was last used; null where it vouches for none.
    email {text},
    -- By which its owner knows it.
    label {text},
    created_at {instant} not null,
    last_used_at {instant} not null
);
create unique index user_identities_subject on user_identities (issuer, subject);
create index user_identities_user on user_identities (user_id);
