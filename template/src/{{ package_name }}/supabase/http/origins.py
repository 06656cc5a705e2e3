"""Origins as browsers send them. Pure.

A browser sends scheme, host and port and compares nothing: what is spelt in another way never
matches, and says so at the start rather than in a browser.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

EXAMPLE = "https://app.example.com"
PATTERN_EXAMPLE = "https://my-app-*.example.com"

DEFAULT_PORTS = {"http": 80, "https": 443}
SCHEMES = {*DEFAULT_PORTS, "capacitor", "chrome-extension", "ionic", "moz-extension", "tauri"}
"""The web's, and what apps and extensions send that are built of web pages."""

HOST = re.compile(r"(?!-)[a-z0-9_-]+(?<!-)(?:\.(?!-)[a-z0-9_-]+(?<!-))*")

ANY = "[a-z0-9-]+"
"""What a `*` stands for: a part of one label, so never a dot."""

SHARED = frozenset(
    {
        "amplifyapp.com",
        "azurestaticapps.net",
        "fly.dev",
        "github.io",
        "herokuapp.com",
        "lovable.app",
        "netlify.app",
        "onrender.com",
        "pages.dev",
        "vercel.app",
        "web.app",
        "workers.dev",
    }
)
"""Where everybody has a name: all of them are as good as `*` alone."""


def origin(text: str) -> str:
    """Return *text*, an origin, without a slash at its end.

    Raises:
        ValueError: no browser sends it; the message has the spelling that one would send.
    """
    text = text.removesuffix("/")
    if "*" in text:
        raise ValueError(f"has {text}; what has a * in it goes to CORS_ORIGIN_PATTERN")
    is_bare = HOST.fullmatch(text) and "." in text
    sent = spelling(f"https://{text}" if is_bare else text)
    if sent is None:
        raise ValueError(
            f"has {text}, which is no origin; write {EXAMPLE}, or several, separated by commas,"
            " without quotes or brackets, and names beyond ASCII as xn--..."
        )
    if sent != text:
        raise ValueError(f"has {text}, which no browser sends; write {sent}")
    return text


def spelling(url: str) -> str | None:
    """Return the origin of *url* as a browser sends it; None when it has none."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        if ":" in host or host.rpartition(".")[2].isdigit():
            address = ip_address(host)
            host = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004
        elif not HOST.fullmatch(host):
            return None
    except ValueError:
        return None
    if scheme not in SCHEMES or port == 0:
        return None
    is_told = port is not None and port != DEFAULT_PORTS.get(scheme)
    return f"{scheme}://{host}:{port}" if is_told else f"{scheme}://{host}"


def pattern(text: str) -> str:
    """Return *text*, an origin in which `*` stands for a part of one label.

    Raises:
        ValueError: it is none, or whoever likes could have an origin that matches.
    """
    text = text.removesuffix("/")
    example = text.replace("*", "x")
    if text.count("*") != 1 or spelling(example) != example:
        raise ValueError(f"has {text}; write an origin with one * in it: {PATTERN_EXAMPLE}")
    before, after = text.split("*")
    domain = after.partition(":")[0].partition(".")[2]
    if "." not in domain:
        raise ValueError(f"has {text}, which is too broad; name a domain: {PATTERN_EXAMPLE}")
    if before.endswith("//") and after.startswith(".") and domain in SHARED:
        raise ValueError(
            f"has {text}, and everybody may have a name there; name the part that is yours:"
            f" https://my-app-*-my-team.{domain}"
        )
    return text


def expression(patterns: list[str]) -> str | None:
    """Return a regular expression of what any of *patterns* matches as a whole."""
    return "|".join(re.escape(each).replace(r"\*", ANY) for each in patterns) or None
