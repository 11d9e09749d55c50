-- The roles of a member, as a JSON list of their keys: words of built-in roles, and ids of the organization's own.
alter table memberships add column roles {text} not null default '[]';
update memberships set roles = '["' || role || '"]';
alter table memberships drop column role;

-- Roles that an organization made up, most often out of a built-in one.
create table roles (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    name {text} not null,
    -- Folded, so that no two look alike.
    name_key {text} not null,
    description {text},
    -- The built-in role that it counts as where only those are known.
    base {text} not null,
    -- Names of permissions.
    permissions {json} not null,
    -- A level for each kind of rows.
    reach {json} not null,
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create unique index roles_name on roles (org_id, name_key);

create table teams (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    name {text} not null,
    name_key {text} not null,
    description {text},
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create unique index teams_name on teams (org_id, name_key);

create table team_members (
    org_id {uuid} not null,
    team_id {uuid} not null,
    user_id {uuid} not null,
    is_lead {bool} not null,
    primary key (org_id, team_id, user_id)
);
create index team_members_user on team_members (org_id, user_id);

-- Who was asked to join, by the hash of what stands in the link.
create table invitations (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    email {text} not null,
    token_hash {bytes} not null,
    -- A JSON list of keys, as members have it.
    roles {text} not null,
    -- A JSON list of ids.
    teams {json} not null,
    locale {text} not null,
    invited_by {uuid},
    created_at {instant} not null,
    sent_at {instant} not null,
    expires_at {instant} not null,
    sends {bigint} not null,
    accepted_at {instant},
    revoked_at {instant}
);
create unique index invitations_token on invitations (token_hash);
create unique index invitations_open on invitations (org_id, email) where accepted_at is null and revoked_at is null;
