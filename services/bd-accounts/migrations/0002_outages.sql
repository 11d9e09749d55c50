-- Since when an account that is to be connected is not, and whether that was told.
alter table bd_accounts add column offline_since {instant};
alter table bd_accounts add column offline_told_at {instant};
create index bd_accounts_offline on bd_accounts (org_id, offline_since)
    where offline_since is not null and offline_told_at is null;
