-- New secrets of inbound channels.

-- The one before the one in force, sealed, and until when it is taken.
alter table inbound_channels add column previous_secret {text};
alter table inbound_channels add column previous_until {instant};
-- None: since the channel was opened.
alter table inbound_channels add column secret_rotated_at {instant};
-- Grows with every change.
alter table inbound_channels add column version {bigint} not null default 1;
