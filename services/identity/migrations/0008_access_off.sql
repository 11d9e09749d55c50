-- Access that was switched off. The member keeps what they hold.
alter table memberships add column suspended_at {instant};
-- Sessions that began before count no more in this organization, wherever they are now.
alter table memberships add column sessions_from {instant};
-- When an invitation was first sent in the day that counts, and how often since.
alter table invitations add column day_began_at {instant};
alter table invitations add column day_sends {bigint} not null default 0;
