create table slots (
    id int primary key, during tsrange not null, place box, active boolean not null default true,
    constraint slots_no_overlap exclude using gist (during with &&) where (active),
    constraint slots_place exclude using gist (place with &&) deferrable initially immediate,
    constraint slots_distinct exclude using btree (lower(during) with =, active with =)
);
insert into slots values (1, '[2026-01-01,2026-01-02)', '(1,1),(0,0)', true);
