-- Deals of which it was told that they stand in their stage for too long: each once for each of its stays.
create table rotting_told (
    deal_id {uuid} not null,
    org_id {uuid} not null,
    stage_entered_at {instant} not null,
    told_at {instant} not null,
    primary key (deal_id, stage_entered_at)
);
{tenant rotting_told}
