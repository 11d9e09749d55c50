-- Work that only one process does at a time: who does it, and until when unless it says so again.
create table leases (name {text} not null primary key, owner {uuid} not null, until {instant} not null);
