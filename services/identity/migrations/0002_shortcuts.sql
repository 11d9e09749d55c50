-- Keys that a person chose in place of those the app comes with: an object of actions, each with its key or null.
alter table users add column shortcuts {text} not null default '{}';
