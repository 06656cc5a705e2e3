-- finds: materialized view <v>
create materialized view <v> as select 1 as <c>;
grant select on <v> to anon;
