-- finds: policy <p> on <t>
create table <t> (<c> uuid, "a 'column'" text);
alter table <t> enable row level security;
create policy <p> on <t> using (
    auth.uid() = <c> and "a 'column'" <> 'auth.uid() '''
    and exists (select from auth.users where id = auth.uid() or id = (select auth.uid()))
    or (select auth.jwt() ->> 'a') = current_setting('request.jwt.claims', true)
);
