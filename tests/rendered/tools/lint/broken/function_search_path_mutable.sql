-- finds: function <v>(text)
create function <v>(text) returns int language plpgsql as 'begin return 1; end';
