"""Who may see and change which note, with row level security: its owner; the service session all.

What no grant names is the database's own to set: the key, the owner once it is there, the times.
"""

from ..supabase import Policy, secure
from .model import Note

IS_OWNER = "(select auth.uid()) = owner_id"
GRANTS = "select, insert (owner_id, title, body), update (title, body), delete"

secure(
    Note,
    Policy("owners read", "select", using=IS_OWNER),
    Policy("owners write", "insert", check=IS_OWNER),
    Policy("owners change", "update", using=IS_OWNER, check=IS_OWNER),
    Policy("owners delete", "delete", using=IS_OWNER),
    grants={"authenticated": GRANTS, "service_role": GRANTS},
)
