"""Who may see and change which note: its owner; the service session all of them."""

from ..supabase.policies import Policy, secure
from .model import Note

IS_OWNER = "(select auth.uid()) = owner_id"

secure(
    Note,
    Policy("owners read", "select", using=IS_OWNER),
    Policy("owners write", "insert", check=IS_OWNER),
    Policy("owners change", "update", using=IS_OWNER, check=IS_OWNER),
    Policy("owners delete", "delete", using=IS_OWNER),
    grants={
        "authenticated": "select, insert, update, delete",
        "service_role": "select, insert, update, delete",
    },
)
