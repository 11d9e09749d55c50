-- What programs, such as campaigns, send to contacts, and whether these have written meanwhile.

-- When the newest message of theirs was stored that counts as an answer: of a private chat, as it was written or caught up
-- with; no history, no note of the service, no automatic answer. None of what was stored before it was kept.
alter table chats add column last_received_at {instant};
-- Whom an account knows by name or number, asked for by the hundred.
create index chats_username on chats (org_id, source_id, lower(username)) where username is not null;
create index chats_phone on chats (org_id, source_id, phone) where phone is not null;

-- Whom it is to.
alter table errands add column contact_id {uuid};
-- It is not started once they have written, and that was stored after this.
alter table errands add column answered_gate {instant};
-- What wants it sent: campaign; none of what a person wrote.
alter table errands add column source_kind {text};
alter table errands add column source_id {uuid};
alter table errands add column enrolment_id {uuid};
-- Since when what wants it does not any more. One that is on its way then ends as soon as it is put off.
alter table errands add column called_back_at {instant};
-- What accounts look for again and again: what people want first, however much programs have waiting.
create index errands_programs on errands (org_id, account_id, first_contact, place, id)
    where ended_at is null and source_kind is not null;
create index errands_people on errands (org_id, account_id, first_contact, place, id)
    where ended_at is null and source_kind is null;

-- Since when a program sends it again and again: it stays, and everybody who sends may.
alter table uploads add column kept_at {instant};

-- What sent it, kept longer than the errand.
alter table messages add column program_kind {text};
alter table messages add column program_id {uuid};
