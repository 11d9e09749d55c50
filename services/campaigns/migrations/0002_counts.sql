-- How many contacts of a campaign stand where, and what became of its messages: kept by triggers in the transaction of each
-- change, whoever makes it, so that nothing is counted when somebody looks.
--
-- SQLite has one writer, which adds to the row of a key itself (slot 0). On PostgreSQL a transaction writes rows of its own,
-- by its number, and waits for nobody: rows of a key add up to its number, and the scheduler folds them into slot 0.

create table enrolment_counts (
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    state {text} not null,
    -- Empty when there is none.
    cause {text} not null,
    slot {bigint} not null,
    n {bigint} not null,
    primary key (org_id, campaign_id, state, cause, slot)
-- only sqlite
) without rowid;
-- end
-- only postgres
);
-- end
{tenant enrolment_counts}

create table campaign_send_counts (
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    step_id {uuid} not null,
    variant_id {uuid} not null,
    account_id {uuid} not null,
    slot {bigint} not null,
    -- What was answered was read, what was read arrived.
    sent {bigint} not null,
    delivered {bigint} not null,
    read {bigint} not null,
    replied {bigint} not null,
    positive {bigint} not null,
    failed {bigint} not null,
    opted_out {bigint} not null,
    primary key (org_id, campaign_id, step_id, variant_id, account_id, slot)
-- only sqlite
) without rowid;
-- end
-- only postgres
);
-- end
{tenant campaign_send_counts}

-- By the day, UTC, on which it happened.
create table campaign_day_counts (
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    -- `2027-03-01`
    day {text} not null,
    slot {bigint} not null,
    sent {bigint} not null,
    replied {bigint} not null,
    -- On the day of the answer.
    positive {bigint} not null,
    primary key (org_id, campaign_id, day, slot)
-- only sqlite
) without rowid;
-- end
-- only postgres
);
-- end
{tenant campaign_day_counts}

-- Contacts for whom a reason came up.
create table campaign_refusal_counts (
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    code {text} not null,
    slot {bigint} not null,
    n {bigint} not null,
    primary key (org_id, campaign_id, code, slot)
-- only sqlite
) without rowid;
-- end
-- only postgres
);
-- end
{tenant campaign_refusal_counts}

-- only sqlite
create trigger enrolments_counted_insert after insert on enrolments begin
    insert into enrolment_counts (org_id, campaign_id, state, cause, slot, n)
        values (new.org_id, new.campaign_id, new.state, coalesce(new.cause, ''), 0, 1)
        on conflict (org_id, campaign_id, state, cause, slot) do update set n = n + excluded.n;
end;
create trigger enrolments_counted_update after update of state, cause on enrolments
    when old.state <> new.state or old.cause is not new.cause begin
    insert into enrolment_counts (org_id, campaign_id, state, cause, slot, n)
        values (old.org_id, old.campaign_id, old.state, coalesce(old.cause, ''), 0, -1)
        on conflict (org_id, campaign_id, state, cause, slot) do update set n = n + excluded.n;
    insert into enrolment_counts (org_id, campaign_id, state, cause, slot, n)
        values (new.org_id, new.campaign_id, new.state, coalesce(new.cause, ''), 0, 1)
        on conflict (org_id, campaign_id, state, cause, slot) do update set n = n + excluded.n;
end;
create trigger enrolments_counted_delete after delete on enrolments begin
    insert into enrolment_counts (org_id, campaign_id, state, cause, slot, n)
        values (old.org_id, old.campaign_id, old.state, coalesce(old.cause, ''), 0, -1)
        on conflict (org_id, campaign_id, state, cause, slot) do update set n = n + excluded.n;
end;

create trigger campaign_sends_counted_insert after insert on campaign_sends
    when coalesce(new.sent_at, new.delivered_at, new.read_at, new.replied_at) is not null or new.state = 'failed'
        or new.positive or new.opted_out begin
    insert into campaign_send_counts (org_id, campaign_id, step_id, variant_id, account_id, slot, sent, delivered, read,
            replied, positive, failed, opted_out)
        values (new.org_id, new.campaign_id, new.step_id, new.variant_id, new.account_id, 0, new.sent_at is not null,
            coalesce(new.delivered_at, new.read_at, new.replied_at) is not null,
            coalesce(new.read_at, new.replied_at) is not null, new.replied_at is not null, new.positive <> 0,
            new.state = 'failed', new.opted_out <> 0)
        on conflict (org_id, campaign_id, step_id, variant_id, account_id, slot) do update set sent = sent + excluded.sent,
            delivered = delivered + excluded.delivered, read = read + excluded.read, replied = replied + excluded.replied,
            positive = positive + excluded.positive, failed = failed + excluded.failed,
            opted_out = opted_out + excluded.opted_out;
    insert into campaign_day_counts (org_id, campaign_id, day, slot, sent, replied, positive)
        select new.org_id, new.campaign_id, substr(new.sent_at, 1, 10), 0, 1, 0, 0 where new.sent_at is not null
        on conflict (org_id, campaign_id, day, slot) do update set sent = sent + excluded.sent;
    insert into campaign_day_counts (org_id, campaign_id, day, slot, sent, replied, positive)
        select new.org_id, new.campaign_id, substr(new.replied_at, 1, 10), 0, 0, 1, new.positive <> 0
            where new.replied_at is not null
        on conflict (org_id, campaign_id, day, slot) do update set replied = replied + excluded.replied,
            positive = positive + excluded.positive;
end;
create trigger campaign_sends_counted_update
    after update of state, sent_at, delivered_at, read_at, replied_at, positive, opted_out on campaign_sends begin
    insert into campaign_send_counts (org_id, campaign_id, step_id, variant_id, account_id, slot, sent, delivered, read,
            replied, positive, failed, opted_out)
        select new.org_id, new.campaign_id, new.step_id, new.variant_id, new.account_id, 0,
            (new.sent_at is not null) - (old.sent_at is not null),
            (coalesce(new.delivered_at, new.read_at, new.replied_at) is not null)
                - (coalesce(old.delivered_at, old.read_at, old.replied_at) is not null),
            (coalesce(new.read_at, new.replied_at) is not null) - (coalesce(old.read_at, old.replied_at) is not null),
            (new.replied_at is not null) - (old.replied_at is not null), (new.positive <> 0) - (old.positive <> 0),
            (new.state = 'failed') - (old.state = 'failed'), (new.opted_out <> 0) - (old.opted_out <> 0)
            -- What is only called back or handed over leaves no row.
            where coalesce(new.sent_at, new.delivered_at, new.read_at, new.replied_at, old.sent_at, old.delivered_at,
                old.read_at, old.replied_at) is not null or 'failed' in (new.state, old.state) or new.positive
                or old.positive or new.opted_out or old.opted_out
        on conflict (org_id, campaign_id, step_id, variant_id, account_id, slot) do update set sent = sent + excluded.sent,
            delivered = delivered + excluded.delivered, read = read + excluded.read, replied = replied + excluded.replied,
            positive = positive + excluded.positive, failed = failed + excluded.failed,
            opted_out = opted_out + excluded.opted_out;
    insert into campaign_day_counts (org_id, campaign_id, day, slot, sent, replied, positive)
        select old.org_id, old.campaign_id, substr(old.sent_at, 1, 10), 0, -1, 0, 0
            where old.sent_at is not null and new.sent_at is not old.sent_at
        on conflict (org_id, campaign_id, day, slot) do update set sent = sent + excluded.sent;
    insert into campaign_day_counts (org_id, campaign_id, day, slot, sent, replied, positive)
        select new.org_id, new.campaign_id, substr(new.sent_at, 1, 10), 0, 1, 0, 0
            where new.sent_at is not null and new.sent_at is not old.sent_at
        on conflict (org_id, campaign_id, day, slot) do update set sent = sent + excluded.sent;
    insert into campaign_day_counts (org_id, campaign_id, day, slot, sent, replied, positive)
        select old.org_id, old.campaign_id, substr(old.replied_at, 1, 10), 0, 0, -1, -(old.positive <> 0)
            where old.replied_at is not null
                and (new.replied_at is not old.replied_at or new.positive is not old.positive)
        on conflict (org_id, campaign_id, day, slot) do update set replied = replied + excluded.replied,
            positive = positive + excluded.positive;
    insert into campaign_day_counts (org_id, campaign_id, day, slot, sent, replied, positive)
        select new.org_id, new.campaign_id, substr(new.replied_at, 1, 10), 0, 0, 1, new.positive <> 0
            where new.replied_at is not null
                and (new.replied_at is not old.replied_at or new.positive is not old.positive)
        on conflict (org_id, campaign_id, day, slot) do update set replied = replied + excluded.replied,
            positive = positive + excluded.positive;
end;
create trigger campaign_sends_counted_delete after delete on campaign_sends
    when coalesce(old.sent_at, old.delivered_at, old.read_at, old.replied_at) is not null or old.state = 'failed'
        or old.positive or old.opted_out begin
    insert into campaign_send_counts (org_id, campaign_id, step_id, variant_id, account_id, slot, sent, delivered, read,
            replied, positive, failed, opted_out)
        values (old.org_id, old.campaign_id, old.step_id, old.variant_id, old.account_id, 0, -(old.sent_at is not null),
            -(coalesce(old.delivered_at, old.read_at, old.replied_at) is not null),
            -(coalesce(old.read_at, old.replied_at) is not null), -(old.replied_at is not null), -(old.positive <> 0),
            -(old.state = 'failed'), -(old.opted_out <> 0))
        on conflict (org_id, campaign_id, step_id, variant_id, account_id, slot) do update set sent = sent + excluded.sent,
            delivered = delivered + excluded.delivered, read = read + excluded.read, replied = replied + excluded.replied,
            positive = positive + excluded.positive, failed = failed + excluded.failed,
            opted_out = opted_out + excluded.opted_out;
    insert into campaign_day_counts (org_id, campaign_id, day, slot, sent, replied, positive)
        select old.org_id, old.campaign_id, substr(old.sent_at, 1, 10), 0, -1, 0, 0 where old.sent_at is not null
        on conflict (org_id, campaign_id, day, slot) do update set sent = sent + excluded.sent;
    insert into campaign_day_counts (org_id, campaign_id, day, slot, sent, replied, positive)
        select old.org_id, old.campaign_id, substr(old.replied_at, 1, 10), 0, 0, -1, -(old.positive <> 0)
            where old.replied_at is not null
        on conflict (org_id, campaign_id, day, slot) do update set replied = replied + excluded.replied,
            positive = positive + excluded.positive;
end;

create trigger campaign_refusals_counted_insert after insert on campaign_refusals begin
    insert into campaign_refusal_counts (org_id, campaign_id, code, slot, n)
        values (new.org_id, new.campaign_id, new.code, 0, 1)
        on conflict (org_id, campaign_id, code, slot) do update set n = n + excluded.n;
end;
create trigger campaign_refusals_counted_delete after delete on campaign_refusals begin
    insert into campaign_refusal_counts (org_id, campaign_id, code, slot, n)
        values (old.org_id, old.campaign_id, old.code, 0, -1)
        on conflict (org_id, campaign_id, code, slot) do update set n = n + excluded.n;
end;
-- end

-- only postgres
create index enrolment_counts_slots on enrolment_counts (org_id) where slot <> 0;
create index campaign_send_counts_slots on campaign_send_counts (org_id) where slot <> 0;
create index campaign_day_counts_slots on campaign_day_counts (org_id) where slot <> 0;
create index campaign_refusal_counts_slots on campaign_refusal_counts (org_id) where slot <> 0;

-- Once for each statement, however many rows it changes. Nobody else writes into the slot of a transaction: what is added
-- twice in it meets only its own row.
create function enrolments_counted() returns trigger language plpgsql as $$
declare
    own bigint := pg_current_xact_id()::text::bigint;
begin
    if tg_op = 'INSERT' then
        insert into enrolment_counts as kept (org_id, campaign_id, state, cause, slot, n)
            select org_id, campaign_id, state, coalesce(cause, ''), own, count(*) from after group by 1, 2, 3, 4
            on conflict (org_id, campaign_id, state, cause, slot) do update set n = kept.n + excluded.n;
    elsif tg_op = 'DELETE' then
        insert into enrolment_counts as kept (org_id, campaign_id, state, cause, slot, n)
            select org_id, campaign_id, state, coalesce(cause, ''), own, -count(*) from before group by 1, 2, 3, 4
            on conflict (org_id, campaign_id, state, cause, slot) do update set n = kept.n + excluded.n;
    else
        insert into enrolment_counts as kept (org_id, campaign_id, state, cause, slot, n)
            select org_id, campaign_id, state, word, own, sum(n) from (
                select org_id, campaign_id, state, coalesce(cause, '') as word, 1 as n from after
                union all select org_id, campaign_id, state, coalesce(cause, ''), -1 from before
            ) changed group by 1, 2, 3, 4 having sum(n) <> 0
            on conflict (org_id, campaign_id, state, cause, slot) do update set n = kept.n + excluded.n;
    end if;
    return null;
end $$;
create trigger enrolments_counted_insert after insert on enrolments referencing new table as after
    for each statement execute function enrolments_counted();
create trigger enrolments_counted_update after update on enrolments referencing old table as before new table as after
    for each statement execute function enrolments_counted();
create trigger enrolments_counted_delete after delete on enrolments referencing old table as before
    for each statement execute function enrolments_counted();

create function campaign_sends_counted() returns trigger language plpgsql as $$
declare
    own bigint := pg_current_xact_id()::text::bigint;
begin
    if tg_op <> 'INSERT' then
        insert into campaign_send_counts as kept (org_id, campaign_id, step_id, variant_id, account_id, slot, sent, delivered,
                read, replied, positive, failed, opted_out)
            select org_id, campaign_id, step_id, variant_id, account_id, own, -count(sent_at),
                -count(coalesce(delivered_at, read_at, replied_at)), -count(coalesce(read_at, replied_at)),
                -count(replied_at), -count(*) filter (where positive), -count(*) filter (where state = 'failed'),
                -count(*) filter (where opted_out)
            from before
            where coalesce(sent_at, delivered_at, read_at, replied_at) is not null or state = 'failed' or positive or opted_out
            group by 1, 2, 3, 4, 5
            on conflict (org_id, campaign_id, step_id, variant_id, account_id, slot) do update set
                sent = kept.sent + excluded.sent, delivered = kept.delivered + excluded.delivered,
                read = kept.read + excluded.read, replied = kept.replied + excluded.replied,
                positive = kept.positive + excluded.positive, failed = kept.failed + excluded.failed,
                opted_out = kept.opted_out + excluded.opted_out;
        insert into campaign_day_counts as kept (org_id, campaign_id, day, slot, sent, replied, positive)
            select org_id, campaign_id, to_char(came_at at time zone 'UTC', 'YYYY-MM-DD'), own, -sum(sent), -sum(replied),
                -sum(positive)
            from (
                select org_id, campaign_id, sent_at as came_at, 1 as sent, 0 as replied, 0 as positive from before
                union all select org_id, campaign_id, replied_at, 0, 1, positive::int from before
            ) marks where came_at is not null group by 1, 2, 3
            on conflict (org_id, campaign_id, day, slot) do update set sent = kept.sent + excluded.sent,
                replied = kept.replied + excluded.replied, positive = kept.positive + excluded.positive;
    end if;
    if tg_op <> 'DELETE' then
        insert into campaign_send_counts as kept (org_id, campaign_id, step_id, variant_id, account_id, slot, sent, delivered,
                read, replied, positive, failed, opted_out)
            select org_id, campaign_id, step_id, variant_id, account_id, own, count(sent_at),
                count(coalesce(delivered_at, read_at, replied_at)), count(coalesce(read_at, replied_at)),
                count(replied_at), count(*) filter (where positive), count(*) filter (where state = 'failed'),
                count(*) filter (where opted_out)
            from after
            where coalesce(sent_at, delivered_at, read_at, replied_at) is not null or state = 'failed' or positive or opted_out
            group by 1, 2, 3, 4, 5
            on conflict (org_id, campaign_id, step_id, variant_id, account_id, slot) do update set
                sent = kept.sent + excluded.sent, delivered = kept.delivered + excluded.delivered,
                read = kept.read + excluded.read, replied = kept.replied + excluded.replied,
                positive = kept.positive + excluded.positive, failed = kept.failed + excluded.failed,
                opted_out = kept.opted_out + excluded.opted_out;
        insert into campaign_day_counts as kept (org_id, campaign_id, day, slot, sent, replied, positive)
            select org_id, campaign_id, to_char(came_at at time zone 'UTC', 'YYYY-MM-DD'), own, sum(sent), sum(replied),
                sum(positive)
            from (
                select org_id, campaign_id, sent_at as came_at, 1 as sent, 0 as replied, 0 as positive from after
                union all select org_id, campaign_id, replied_at, 0, 1, positive::int from after
            ) marks where came_at is not null group by 1, 2, 3
            on conflict (org_id, campaign_id, day, slot) do update set sent = kept.sent + excluded.sent,
                replied = kept.replied + excluded.replied, positive = kept.positive + excluded.positive;
    end if;
    return null;
end $$;
create trigger campaign_sends_counted_insert after insert on campaign_sends referencing new table as after
    for each statement execute function campaign_sends_counted();
create trigger campaign_sends_counted_update after update on campaign_sends
    referencing old table as before new table as after for each statement execute function campaign_sends_counted();
create trigger campaign_sends_counted_delete after delete on campaign_sends referencing old table as before
    for each statement execute function campaign_sends_counted();

create function campaign_refusals_counted() returns trigger language plpgsql as $$
declare
    own bigint := pg_current_xact_id()::text::bigint;
begin
    if tg_op = 'INSERT' then
        insert into campaign_refusal_counts as kept (org_id, campaign_id, code, slot, n)
            select org_id, campaign_id, code, own, count(*) from after group by 1, 2, 3
            on conflict (org_id, campaign_id, code, slot) do update set n = kept.n + excluded.n;
    else
        insert into campaign_refusal_counts as kept (org_id, campaign_id, code, slot, n)
            select org_id, campaign_id, code, own, -count(*) from before group by 1, 2, 3
            on conflict (org_id, campaign_id, code, slot) do update set n = kept.n + excluded.n;
    end if;
    return null;
end $$;
create trigger campaign_refusals_counted_insert after insert on campaign_refusals referencing new table as after
    for each statement execute function campaign_refusals_counted();
create trigger campaign_refusals_counted_delete after delete on campaign_refusals referencing old table as before
    for each statement execute function campaign_refusals_counted();
-- end

-- The rehearsal was of a campaign that said this; none until it is played.
alter table campaign_rehearsals add column basis {text};
