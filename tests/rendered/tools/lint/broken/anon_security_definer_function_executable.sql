-- finds: function <v>(integer, text)
create function <v>(int, text) returns int language sql security definer set search_path = '' return 1;
