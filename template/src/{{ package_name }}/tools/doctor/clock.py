"""Whether this machine's clock is right enough for the times in tokens. Pure."""

from ...supabase.auth.tokens import LEEWAY
from .answer import Answer
from .facts import Facts
from .line import Line, fail, ok, skip, warn


def check_clock(answer: Answer, facts: Facts | None) -> Line:
    """Compare with the project's clock: that of its API, or else of its database."""
    of_api = _of_api(answer)
    if of_api is not None:
        return _judged(of_api, "API")
    if facts is not None:
        return _judged(facts.clock, "database")
    return skip("nobody tells the time")


def _of_api(answer: Answer) -> float | None:
    if answer.clock is None:
        return None
    # A cache may hand on the time when it was asked, or say its own.
    return min(answer.clock, answer.clock + answer.age, key=abs)


def _judged(ahead: float, whose: str) -> Line:
    way = "behind" if ahead > 0 else "ahead of"
    says = f"this machine's clock is {abs(ahead):.0f} s {way} that of the project's {whose}"
    remedy = "set the clock of this machine by NTP (timedatectl set-ntp true)"
    if abs(ahead) > LEEWAY:
        return fail(f"{says}: tokens are refused, since {LEEWAY} s are let pass", remedy)
    if abs(ahead) > LEEWAY / 2:
        return warn(says, remedy)
    return ok(f"within {max(1, abs(ahead)):.0f} s of the project's {whose}")
