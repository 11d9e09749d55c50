-- The account elsewhere by which a session was opened: where the issuer ends its own, ours ends too.
alter table sessions add column origin_issuer {text};
alter table sessions add column origin_subject {text};
-- The session there; null where the issuer names none.
alter table sessions add column origin_session {text};
create index sessions_origin on sessions (origin_issuer, origin_subject) where origin_issuer is not null;
create index sessions_origin_session on sessions (origin_issuer, origin_session) where origin_session is not null;

-- Logout tokens that were obeyed, by the hash of their issuer and id, until they are over.
create table logout_tokens (
    token_hash {bytes} not null primary key,
    expires_at {instant} not null
);
create index logout_tokens_age on logout_tokens (expires_at);
