-- Work that must be done once the change that asked for it is committed. state: 0 waiting, 1 running, 2 done, 3 dead.
create table jobs (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    kind {text} not null,
    payload {json} not null,
    scope {json} not null,
    state {bigint} not null,
    run_at {instant} not null,
    attempts {bigint} not null,
    max_attempts {bigint} not null,
    lease_until {instant},
    lease_owner {uuid},
    last_error {text},
    created_at {instant} not null,
    finished_at {instant}
);
create index jobs_waiting on jobs (run_at) where state = 0;
create index jobs_running on jobs (lease_until) where state = 1;
create index jobs_ended on jobs (finished_at) where state = 2;
