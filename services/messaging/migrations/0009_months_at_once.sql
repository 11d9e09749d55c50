-- only postgres
-- The partition of the month of an instant, made if it is not there. Looked for in the table of tables: what a name stands
-- for is remembered by a session, also that it stood for nothing, and waiting for the lock does not make it forget.
create or replace function messages_month(at timestamptz) returns void language plpgsql as $$
declare
    first timestamptz := date_trunc('month', at at time zone 'UTC') at time zone 'UTC';
    next timestamptz := (date_trunc('month', at at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    name text := 'messages_' || to_char(at at time zone 'UTC', 'YYYY_MM');
begin
    if exists (select 1 from pg_class where relname = name and pg_table_is_visible(oid)) then
        return;
    end if;
    perform pg_advisory_xact_lock(7272010002);
    if not exists (select 1 from pg_class where relname = name and pg_table_is_visible(oid)) then
        execute format('create table %I partition of messages for values from (%L) to (%L)', name, first, next);
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy org_isolation on %I using '
            '(org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)', name);
    end if;
end $$;
-- end
