-- Lists as somebody saved them: what is filtered, shown and sorted, and how.
create table saved_views (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    record_type {text} not null,
    owner_id {uuid} not null,
    name {text} not null,
    icon {text},
    visibility {text} not null,
    query {json} not null,
    locked {bool} not null,
    place {bigint} not null,
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create index saved_views_place on saved_views (org_id, record_type, place, created_at);
{tenant saved_views}

-- The view a list begins with: of a person, and for everybody who chose none (`user_id` is all zeros then).
create table saved_view_defaults (
    org_id {uuid} not null,
    record_type {text} not null,
    user_id {uuid} not null,
    view_id {uuid} not null,
    primary key (org_id, record_type, user_id)
);
{tenant saved_view_defaults}
