-- As which member a session looks at its organization, and until when; null while it is its person's own.
alter table sessions add column viewing_as {uuid};
alter table sessions add column viewing_until {instant};
create index sessions_viewing on sessions (org_id) where viewing_as is not null;
