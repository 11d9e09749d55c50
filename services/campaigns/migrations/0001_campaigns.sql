-- Campaigns, what they do step by step, who is on the way in them, what was sent, and what programs may do to a contact.
create table campaigns (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    name {text} not null,
-- only sqlite
    name_key text not null,
-- end
-- only postgres
    -- Sorted by bytes, as SQLite does.
    name_key text collate "C" not null,
-- end
    channel {text} not null,
    state {text} not null,
    owner_id {uuid},
    audience {json} not null,
    schedule {json},
    account_ids {json} not null,
    -- Of them, those that send nothing for it for the time being.
    held_accounts {json} not null,
    stop_on {json} not null,
    policy {json} not null,
    starts_at {instant},
    started_at {instant},
    finished_at {instant},
    pause_reason {text},
    -- The audience is being read: up to which contact that came, and who is meant by "me" in its filter.
    enrolling {bool} not null,
    enrolled_to {uuid},
    enrolled {bigint} not null,
    created_by {uuid},
    version {bigint} not null,
    created_at {instant} not null,
    updated_at {instant} not null
);
create index campaigns_created on campaigns (org_id, created_at, id);
create index campaigns_name on campaigns (org_id, name_key, id);
create index campaigns_owner on campaigns (org_id, owner_id, created_at, id);
create index campaigns_at_work on campaigns (org_id, state, id) where state in ('scheduled', 'running', 'paused');
{tenant campaigns}

-- Rows that were taken out of a running campaign stay, so that its numbers can be read; places only grow.
create table campaign_steps (
    id {uuid} not null,
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    place {bigint} not null,
    kind {text} not null,
    -- What it does; of a message its variants, with how each fares.
    action {json} not null,
    -- Nobody is moved over it for the time being.
    held {bool} not null,
    -- How often its variants were compared.
    looks {bigint} not null,
    retired_at {instant},
    primary key (org_id, campaign_id, id)
);
create index campaign_steps_place on campaign_steps (org_id, campaign_id, place);
create index campaign_steps_id on campaign_steps (org_id, id);
{tenant campaign_steps}

-- A contact on the way. Once in a campaign.
create table enrolments (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    contact_id {uuid} not null,
    -- The account that wrote to them; it stays the same.
    account_id {uuid},
    state {text} not null,
    -- Every step up to this place is behind them.
    place {bigint} not null,
    step_id {uuid},
    -- When to look at it again.
    due_at {instant} not null,
    -- Why it waits, if not for its time.
    held {text},
    -- What they write after this stops it.
    answered_gate {instant} not null,
    cause {text},
    enrolled_at {instant} not null,
    ended_at {instant}
);
-- Pages of a campaign are in the order of contacts.
create unique index enrolments_once on enrolments (org_id, campaign_id, contact_id);
-- What the scheduler reads, and what counts states.
create index enrolments_due on enrolments (org_id, campaign_id, state, due_at, id);
create index enrolments_contact on enrolments (org_id, contact_id);
-- Those who are on the way with an account, for which those who begin leave room: few among a million who have not begun.
create index enrolments_begun on enrolments (org_id, campaign_id, state, due_at, account_id)
    where state = 'waiting' and account_id is not null;
{tenant enrolments}

-- A message of a step to a contact, wanted, on its way or gone: one for each step that a contact passes.
create table campaign_sends (
    -- The key by which it was handed over, and the id of the message.
    id {uuid} not null primary key,
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    enrolment_id {uuid} not null,
    step_id {uuid} not null,
    variant_id {uuid} not null,
    account_id {uuid} not null,
    contact_id {uuid} not null,
    channel {text} not null,
    state {text} not null,
    -- Until it was handed over.
    text {text},
    media {json},
    answered_gate {instant} not null,
    handed_at {instant},
    -- What still waits then is called back and decided anew: a window closes, quiet hours begin, a day of the account ends.
    good_until {instant},
    chat_id {uuid},
    -- What the channel calls it.
    external_id {text},
    first_contact {bool} not null,
    begins {bool} not null,
    queued_at {instant} not null,
    sent_at {instant},
    delivered_at {instant},
    read_at {instant},
    replied_at {instant},
    positive {bool} not null,
    opted_out {bool} not null,
    code {text}
);
create unique index campaign_sends_once on campaign_sends (org_id, enrolment_id, step_id);
create index campaign_sends_queued on campaign_sends (org_id, campaign_id, id) where state = 'queued';
create index campaign_sends_unhanded on campaign_sends (org_id, campaign_id, state, id) where handed_at is null;
create index campaign_sends_waiting on campaign_sends (org_id, campaign_id, good_until) where state = 'queued';
create index campaign_sends_results on campaign_sends (org_id, campaign_id, step_id, variant_id);
create index campaign_sends_pace on campaign_sends (org_id, campaign_id, queued_at);
create index campaign_sends_contact on campaign_sends (org_id, contact_id, queued_at);
create index campaign_sends_chat on campaign_sends (org_id, chat_id, id) where chat_id is not null;
{tenant campaign_sends}

-- What happened in a campaign, as people read it.
create table campaign_log (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    at {instant} not null,
    kind {text} not null,
    contact_id {uuid},
    enrolment_id {uuid},
    step_id {uuid},
    variant_id {uuid},
    account_id {uuid},
    message_id {uuid},
    chat_id {uuid},
    code {text}
);
create index campaign_log_feed on campaign_log (org_id, campaign_id, id);
{tenant campaign_log}

-- Why a contact was not written to, and how often that came up.
create table campaign_refusals (
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    contact_id {uuid} not null,
    code {text} not null,
    params {json} not null,
    at {instant} not null,
    count {bigint} not null,
    primary key (org_id, contact_id, campaign_id, code)
);
create index campaign_refusals_campaign on campaign_refusals (org_id, campaign_id, code);
{tenant campaign_refusals}

-- The newest word of a contact on being written to.
create table consents (
    org_id {uuid} not null,
    contact_id {uuid} not null,
    channel {text} not null,
    state {text} not null,
    -- `reply`, or `manual` when a member said so.
    source {text} not null,
    at {instant} not null,
    primary key (org_id, contact_id, channel)
);
{tenant consents}

-- When a contact last said no.
create table declines (
    org_id {uuid} not null,
    contact_id {uuid} not null,
    at {instant} not null,
    primary key (org_id, contact_id)
);
{tenant declines}

-- Addresses that are written to no more. The address itself is not kept.
create table suppressions (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    channel {text} not null,
    address_hash {text} not null,
    -- Enough to know it again: `a***@example.com`.
    hint {text} not null,
    reason {text} not null,
    source {text} not null,
    at {instant} not null
);
create unique index suppressions_address on suppressions (org_id, channel, address_hash);
create index suppressions_newest on suppressions (org_id, id);
{tenant suppressions}

-- Messages of programs to contacts that went or are on their way, which caps count.
create table touches (
    -- Of the message.
    id {uuid} not null primary key,
    org_id {uuid} not null,
    contact_id {uuid} not null,
    channel {text} not null,
    at {instant} not null
);
create index touches_contact on touches (org_id, contact_id, at);
{tenant touches}

-- What an organization lets its programs do, if it said so.
create table contact_policies (
    org_id {uuid} not null primary key,
    policy {json} not null,
    version {bigint} not null,
    updated_at {instant} not null
);
{tenant contact_policies}

-- Whose turn it is to decide what goes: what was decided upon facts that another one changed meanwhile is not kept.
create table campaign_turns (
    org_id {uuid} not null primary key,
    turn {bigint} not null,
    -- When somebody looks again, before they come round.
    wake_at {instant}
);
{tenant campaign_turns}

-- Rehearsals; the newest of each campaign.
create table campaign_rehearsals (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    campaign_id {uuid} not null,
    state {text} not null,
    request {json} not null,
    result {json},
    at {instant} not null
);
create unique index campaign_rehearsals_campaign on campaign_rehearsals (org_id, campaign_id);
{tenant campaign_rehearsals}
