"""What `lint` finds in the live schema: how much, and the worst of it."""

from ..failure import Failure
from ..lint.finding import Finding, worst
from ..lint.read import findings
from .known import Known
from .line import Line, fail, ok, skip, warn


async def check_lint(known: Known) -> Line:
    """Ask every advisory over the login that may see the most."""
    if known.root is None:
        return skip("this is no checkout")
    connection = known.owner or known.session
    try:
        return judged(await findings(connection, known.root / "migrations"))
    except Failure as failure:
        return fail(str(failure), "mend that declaration")
    finally:
        await connection.rollback()


def judged(found: list[Finding]) -> Line:
    """Count them, and name the first of the worst."""
    level = worst(found)
    if level is None or level == "info":
        return ok("`lint` finds nothing to mend")
    bad = [each for each in found if each.level == level]
    [first, *others] = bad
    more = f", and {len(others)} more such" if others else ""
    says = f"{first.name} at {first.object}: {first.why}{more}"
    remedy = f"{first.remedy}\n`lint` tells all of it"
    return fail(says, remedy) if level == "error" else warn(says, remedy)
