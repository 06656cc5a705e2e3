-- finds: function <v>(uuid)
create function <v>(uuid) returns boolean language plpgsql as 'begin return true; end';
create table <t> (<c> uuid);
alter table <t> enable row level security;
create policy <p> on <t> for select using (<v>(<c>));
