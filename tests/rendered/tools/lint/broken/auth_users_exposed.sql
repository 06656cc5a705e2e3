-- finds: view <v>
create view <u> as select id, email from auth.users;
create view <v> as select email as <c> from <u>;
grant select on <v> to authenticated;
