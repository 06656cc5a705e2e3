-- An extension with a newer version on this server.
select format('extension %I', extname) as object, 'warn' as level,
       format('it is at %s, and this server has %s', extversion, default_version) as why,
       format('alter extension %I update', extname) as remedy
from pg_extension join pg_available_extensions on name = extname
where default_version <> extversion
