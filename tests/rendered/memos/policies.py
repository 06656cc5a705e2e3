"""Who may see and change which memo: its owner; the service session all of them.

What no grant names is the database's own to set: the key, the owner once it is there, the times.
"""

from my_supabase_service.supabase.tables.policies import Policy, secure

from .model import Memo

IS_OWNER = "(select auth.uid()) = owner_id"
GRANTS = "select, insert (owner_id, title, body), update (title, body), delete"

secure(
    Memo,
    Policy("owners read", "select", using=IS_OWNER),
    Policy("owners write", "insert", check=IS_OWNER),
    Policy("owners change", "update", using=IS_OWNER, check=IS_OWNER),
    Policy("owners delete", "delete", using=IS_OWNER),
    grants={"authenticated": GRANTS, "service_role": GRANTS},
)
