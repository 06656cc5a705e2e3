-- finds: procedure <v>(integer)
create procedure <v>(int) language sql security definer set search_path = '' begin atomic end;
revoke all on procedure <v> from public;
grant execute on procedure <v> to authenticated;
