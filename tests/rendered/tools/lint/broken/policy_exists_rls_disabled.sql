-- finds: table <t>
create table <t> (<c> uuid);
create policy <p> on <t> to authenticated using ((select auth.uid()) = <c>);
