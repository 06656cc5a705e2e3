-- Columns by whose names nobody should read them, on a table without row level security.
select object, 'error' as level,
       format('row level security is off, and %s may read %s', array_to_string(roles, ' and '),
              string_agg(distinct quote_ident(attname), ', ')) as why,
       format('alter table %s enable row level security', name) as remedy,
       roles
from relation
join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
where relkind in ('r', 'p') and not relrowsecurity
  and exists (
      select from caller
      where rolname = any (roles)
        and has_column_privilege(caller.oid, relation.oid, attnum, 'select')
  )
  and replace(lower(attname), '-', '_') ~ (
      '(^|_)(password|passwd|pwd|passphrase|secret|token|api_?key|private_?key|access_?key'
      '|recovery_?code|backup_?codes?|security_answer|otp|mfa|pin|ssn|social_security(_number)?'
      '|national_id|tax_id|passport(_number)?|driver_?license|credit_?card(_number)?'
      '|card_number|cvv|cvc|iban|bank_account(_number)?|routing_number|biometric\w*'
      '|health_record|medical_record|dob|date_of_birth|ip_address|mac_address)(_hash|_digest)?$'
  )
group by object, name, roles
