create extension btree_gist schema extensions;
create table bookings (
    id int primary key, room int not null, during tstzrange not null, "who is" text, cancelled boolean default false,
    constraint no_overlap exclude using gist (room with =, during with &&) where (not cancelled),
    constraint "odd name" exclude using gist ("who is" with =, during with -|-),
    exclude using gist (int4range(room, room + 1) with &&) deferrable initially deferred,
    exclude (room with =, lower("who is") with =)
);
