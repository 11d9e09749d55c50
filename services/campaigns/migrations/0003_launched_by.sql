-- Who scheduled or started it last; null of those that were launched before anybody noted it.
alter table campaigns add column launched_by {uuid};
-- Of one that is scheduled: only the job that has it as well starts it. Another one was for another time.
alter table campaigns add column start_key {uuid};
