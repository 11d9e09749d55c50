-- Work that comes round: when it is due next. Whoever moves that instant on has it done.
create table schedules (name {text} not null primary key, next_run_at {instant} not null);
