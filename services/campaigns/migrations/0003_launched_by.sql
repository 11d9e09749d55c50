-- Who scheduled or started it last; null of those that were launched before anybody noted it.
alter table campaigns add column launched_by {uuid};
