-- Accounts of messengers that carry the organization's messages.
create table bd_accounts (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    network {text} not null,
    name {text} not null,
    -- E.164; only its ends are shown. None: it came with a session.
    phone {text},
    peer_id {bigint},
    username {text},
    owner_id {uuid},
    -- Of an app of its own; its hash stands with the session.
    api_id {bigint},
    -- How far it got. Waits for floods and restrictions are told by the instants below, not here.
    status {text} not null,
    status_code {text},
    mode {text} not null,
    preset {text} not null,
    messages_per_minute {bigint} not null,
    messages_per_day {bigint} not null,
    first_contacts_per_day {bigint} not null,
    time_zone {text} not null,
    working_hours {json},
    quiet_hours {json},
    -- Sealed by the vault, since it may hold a password; and as it is shown.
    proxy {text},
    proxy_shown {text},
    signature {text},
    is_online {bool} not null,
    flood_until {instant},
    flood_method {text},
    -- Until when nobody is written to for the first time.
    peer_flood_until {instant},
    restricted_until {instant},
    last_activity_at {instant},
    -- Since when its session exists.
    connected_at {instant},
    dc {bigint},
    health_band {text} not null,
    -- Of the dialogs that are remembered, and when they were asked for.
    folders {json} not null,
    dialogs_at {instant},
    sync_state {text} not null,
    sync_days {bigint},
    sync_started_at {instant},
    sync_ended_at {instant},
    sync_wait_until {instant},
    version {bigint} not null,
    created_at {instant} not null,
    created_by {uuid},
    updated_at {instant} not null
);
create index bd_accounts_org on bd_accounts (org_id, created_at, id);
create unique index bd_accounts_phone on bd_accounts (org_id, network, phone) where phone is not null;
create unique index bd_accounts_peer on bd_accounts (org_id, network, peer_id) where peer_id is not null;
{tenant bd_accounts}

-- Who may use an account beside its owner.
create table bd_account_users (
    account_id {uuid} not null,
    org_id {uuid} not null,
    user_id {uuid} not null,
    primary key (account_id, user_id)
);
create index bd_account_users_user on bd_account_users (org_id, user_id);
{tenant bd_account_users}

-- A sign-in that has begun and not ended.
create table bd_account_logins (
    account_id {uuid} not null primary key,
    org_id {uuid} not null,
    -- What the network calls the code that it sent; sealed.
    code_hash {text},
    code_via {text},
    code_length {bigint},
    resend_at {instant},
    expires_at {instant},
    password_hint {text},
    tries {bigint} not null,
    started_at {instant} not null
);
{tenant bd_account_logins}

-- The sessions themselves, sealed. Written by who holds the lease only: a token that is older than the row's writes nothing.
create table bd_account_sessions (
    account_id {uuid} not null primary key,
    org_id {uuid} not null,
    session {text} not null,
    api_hash {text},
    token {bigint} not null,
    saved_at {instant} not null
);
{tenant bd_account_sessions}

-- Accounts that are to be kept connected, by which process and until when unless it says so again. Read over all
-- organizations, so it is no table of one.
create table bd_account_leases (
    account_id {uuid} not null primary key,
    org_id {uuid} not null,
    wanted {bool} not null,
    owner {uuid},
    -- Grows with every owner, and when it is wanted no more.
    token {bigint} not null,
    until {instant}
);
create index bd_account_leases_until on bd_account_leases (wanted, until);

-- Chats whose messages are stored; nothing of any other is.
create table bd_account_sync_chats (
    account_id {uuid} not null,
    chat_id {bigint} not null,
    org_id {uuid} not null,
    kind {text} not null,
    title {text} not null,
    username {text},
    -- How the connector finds the chat again.
    reference {bytes},
    since {instant},
    state {text} not null,
    done {bigint} not null,
    total {bigint},
    -- The oldest message that was read in.
    reached_id {bigint},
    -- Back to this message it is to be compared with its history, because something was left out since.
    compare_from {bigint},
    error {text},
    added_at {instant} not null,
    primary key (account_id, chat_id)
);
create index bd_account_sync_chats_state on bd_account_sync_chats (org_id, account_id, state);
{tenant bd_account_sync_chats}

-- What chats an account has: remembered for a day, to choose from.
create table bd_account_dialogs (
    account_id {uuid} not null,
    chat_id {bigint} not null,
    org_id {uuid} not null,
    place {bigint} not null,
    kind {text} not null,
    title {text} not null,
    -- Folded, to be searched.
    words {text} not null,
    username {text},
    last_message_at {instant},
    unread {bigint} not null,
    -- `/1/7/`
    folders {text} not null,
    members {bigint},
    estimate {bigint},
    reference {bytes},
    primary key (account_id, chat_id)
);
create index bd_account_dialogs_place on bd_account_dialogs (org_id, account_id, place);
{tenant bd_account_dialogs}

-- What happened to an account.
create table bd_account_health (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    account_id {uuid} not null,
    at {instant} not null,
    kind {text} not null,
    details {json} not null
);
create index bd_account_health_log on bd_account_health (org_id, account_id, at, id);
{tenant bd_account_health}

-- What an account did on a day of its zone.
create table bd_account_usage (
    account_id {uuid} not null,
    day {text} not null,
    org_id {uuid} not null,
    messages {bigint} not null,
    first_contacts {bigint} not null,
    primary key (account_id, day)
);
create index bd_account_usage_day on bd_account_usage (org_id, day);
{tenant bd_account_usage}

-- From when on an account may do again what, by class: where its token buckets stand.
create table bd_account_pace (
    account_id {uuid} not null primary key,
    org_id {uuid} not null,
    messages_at {instant},
    first_contacts_at {instant},
    history_at {instant},
    media_at {instant}
);
{tenant bd_account_pace}

-- Whom an account wrote to first, and when they answered.
create table bd_account_first_contacts (
    account_id {uuid} not null,
    chat_id {bigint} not null,
    org_id {uuid} not null,
    sent_at {instant} not null,
    answered_at {instant},
    primary key (account_id, chat_id)
);
create index bd_account_first_contacts_sent on bd_account_first_contacts (org_id, account_id, sent_at);
{tenant bd_account_first_contacts}

-- What is asked of an account where it is connected: dialogs, devices.
create table bd_account_requests (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    account_id {uuid} not null,
    kind {text} not null,
    payload {json} not null,
    answer {json},
    error {text},
    created_at {instant} not null,
    done_at {instant}
);
create index bd_account_requests_open on bd_account_requests (org_id, account_id, created_at) where done_at is null;
{tenant bd_account_requests}

-- Orders of accounts from a provider.
create table account_orders (
    id {uuid} not null primary key,
    org_id {uuid} not null,
    provider {text} not null,
    country {text} not null,
    quantity {bigint} not null,
    amount_minor {bigint} not null,
    currency {text} not null,
    status {text} not null,
    external_id {text},
    created_at {instant} not null,
    created_by {uuid}
);
create index account_orders_org on account_orders (org_id, created_at, id);
{tenant account_orders}
