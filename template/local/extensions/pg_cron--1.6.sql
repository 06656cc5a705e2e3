-- pg_cron without its worker: jobs are kept as the real one keeps them, and never run.

create schema cron;
create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
    jobid bigint not null primary key default nextval('cron.jobid_seq'),
    schedule text not null,
    command text not null,
    nodename text not null default 'localhost',
    nodeport int not null default inet_server_port(),
    database text not null default current_database(),
    username text not null default current_user,
    active boolean not null default true,
    jobname text,
    constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key default nextval('cron.runid_seq'),
    job_pid int,
    database text,
    username text,
    command text,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select on cron.job, cron.job_run_details to public;
grant select on sequence cron.jobid_seq, cron.runid_seq to public;

-- Five fields: each a list of stars, numbers, ranges and steps, the last two of names as well.
-- `$` is the last day of a month.
create function cron.refuse_no_schedule(schedule text) returns void language plpgsql as $$
declare
    number constant text := '(\*|[0-9]+(-[0-9]+)?)(/[0-9]+)?';
    named constant text := '(\*|([0-9]+|[a-z]{3})(-([0-9]+|[a-z]{3}))?)(/[0-9]+)?';
    fields text[] := regexp_split_to_array(lower(trim(schedule)), '\s+');
    most constant int[] := array[59, 23, 31, 12, 7];
    ok boolean;
begin
    ok := case
        when schedule ~* '^\s*@(yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)\s*$'
            then true
        when schedule ~* '^\s*[1-5]?[0-9]\s+seconds?\s*$' then schedule !~ '^\s*0'
        when cardinality(fields) <> 5 then false
        else fields[1] ~ format('^%1$s(,%1$s)*$', number)
            and fields[2] ~ format('^%1$s(,%1$s)*$', number)
            and fields[3] ~ format('^(\$|%1$s)(,(\$|%1$s))*$', number)
            and fields[4] ~ format('^%1$s(,%1$s)*$', named)
            and fields[5] ~ format('^%1$s(,%1$s)*$', named)
    end;
    for i in 1 .. 5 loop
        exit when not ok or cardinality(fields) <> 5;
        ok := not exists (
            select
            from regexp_replace(fields[i], '/[0-9]+', '', 'g') as without_steps,
                regexp_matches(without_steps, '[0-9]+', 'g') as m (n)
            where n[1]::numeric > most[i]
        );
    end loop;
    if not ok then
        raise exception 'invalid schedule: %', schedule using errcode = '22023',
            hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
    end if;
end
$$;

-- What keeps a job, for *asker*: the role that called the function of the API.
create function cron.keep(
    asker name, job_name text, schedule text, command text,
    database text default null, username text default null, active boolean default true
) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
    kept bigint;
begin
    if keep.username is not null and keep.username <> asker
        and not (select rolsuper from pg_roles where rolname = asker)
    then
        raise exception 'must be superuser to create a job for another role'
            using errcode = '42501';
    end if;
    perform cron.refuse_no_schedule(keep.schedule);
    insert into cron.job (jobname, schedule, command, database, username, active)
        values (
            keep.job_name, keep.schedule, keep.command,
            coalesce(keep.database, current_database()), coalesce(keep.username, asker), keep.active
        )
        on conflict on constraint jobname_username_uniq do update set
            schedule = excluded.schedule, command = excluded.command,
            database = excluded.database, active = excluded.active
        returning jobid into kept;
    return kept;
end
$$;
create function cron.drop(asker name, job_id bigint, job_name text) returns boolean
    language plpgsql security definer set search_path = pg_catalog
as $$
begin
    delete from cron.job where username = asker and (jobid = job_id or jobname = job_name);
    if not found then
        raise exception 'could not find valid entry for job %',
            coalesce(job_id::text, quote_literal(job_name)) using errcode = 'XX000';
    end if;
    return true;
end
$$;
create function cron.change(
    asker name, job_id bigint,
    schedule text, command text, database text, username text, active boolean
) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
    if change.username is not null and change.username <> asker
        and not (select rolsuper from pg_roles where rolname = asker)
    then
        raise exception 'must be superuser to alter username' using errcode = '42501';
    end if;
    if change.schedule is not null then
        perform cron.refuse_no_schedule(change.schedule);
    end if;
    update cron.job as j set
        schedule = coalesce(change.schedule, j.schedule),
        command = coalesce(change.command, j.command),
        database = coalesce(change.database, j.database),
        username = coalesce(change.username, j.username),
        active = coalesce(change.active, j.active)
        where j.jobid = job_id and j.username = asker;
    if not found then
        raise exception 'Job % does not exist or you don''t own it', job_id using errcode = 'XX000';
    end if;
end
$$;

create function cron.schedule(schedule text, command text) returns bigint
    language sql strict return cron.keep(current_user, null, schedule, command);
create function cron.schedule(job_name text, schedule text, command text) returns bigint
    return cron.keep(current_user, job_name, schedule, command);
create function cron.schedule_in_database(
    job_name text, schedule text, command text, database text,
    username text default null, active boolean default true
) returns bigint
    return cron.keep(current_user, job_name, schedule, command, database, username, active);
create function cron.unschedule(job_id bigint) returns boolean
    strict return cron.drop(current_user, job_id, null);
create function cron.unschedule(job_name text) returns boolean
    strict return cron.drop(current_user, null, job_name);
create function cron.alter_job(
    job_id bigint, schedule text default null, command text default null,
    database text default null, username text default null, active boolean default null
) returns void
    return cron.change(current_user, job_id, schedule, command, database, username, active);
revoke execute on function
    cron.schedule_in_database(text, text, text, text, text, boolean),
    cron.alter_job(bigint, text, text, text, text, boolean)
    from public;

-- Here it does nothing; there it tells the worker.
create function cron.job_cache_invalidate() returns trigger
    language plpgsql as 'begin return null; end';
create trigger cron_job_cache_invalidate after insert or update or delete or truncate on cron.job
    for each statement execute function cron.job_cache_invalidate();

-- As on Supabase: `postgres` reads jobs and cleans up runs, and changes a job by the functions.
grant usage on schema cron to postgres with grant option;
grant all on all functions in schema cron to postgres with grant option;
grant all on cron.job_run_details to postgres with grant option;
revoke trigger on cron.job_run_details from postgres;
grant select on cron.job to postgres with grant option;
