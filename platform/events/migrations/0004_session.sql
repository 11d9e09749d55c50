-- In which session somebody did it: for the audit log, told to nobody.
alter table events add column session_id {uuid};
