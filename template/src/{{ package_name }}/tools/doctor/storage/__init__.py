"""What is looked at in a project with Storage: its keys, and its bucket."""

from ..checkup import Check
from ..known import Known
from .bucket import check_bucket
from .keys import check_api_keys

STORAGE: tuple[Check[Known], ...] = (
    Check("api keys", check_api_keys, needs=("api",), within=12),
    # After the others that use the same connection.
    Check("bucket", check_bucket, needs=("login",), after=("region", "migrations", "lint")),
)
