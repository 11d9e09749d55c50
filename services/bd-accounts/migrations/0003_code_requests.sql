-- When the network was asked to send a code, for a day: to which number, as a hash, and for whom. Counted over all
-- organizations, so it is no table of one.
create table bd_code_requests (
    id {uuid} not null primary key,
    number_hash {bytes} not null,
    org_id {uuid} not null,
    asked_at {instant} not null
);
create index bd_code_requests_number on bd_code_requests (number_hash, asked_at);
create index bd_code_requests_org on bd_code_requests (org_id, asked_at);
create index bd_code_requests_age on bd_code_requests (asked_at);
