create table profiles (
    id uuid primary key references auth.users on delete cascade,
    nickname text not null unique
);
create table follows (
    follower uuid not null references auth.users (id) on delete cascade,
    followed uuid not null references auth.users (id) on delete cascade,
    since timestamptz not null default now(),
    primary key (follower, followed)
);
insert into auth.users (id) values ('00000000-0000-4000-8000-000000000001'),
    ('00000000-0000-4000-8000-000000000002');
insert into profiles values ('00000000-0000-4000-8000-000000000001', 'ann');
insert into follows values ('00000000-0000-4000-8000-000000000001',
    '00000000-0000-4000-8000-000000000002', '2026-01-01 10:00:00.123456+02');
