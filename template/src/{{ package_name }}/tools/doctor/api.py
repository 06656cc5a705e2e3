"""Whether the project's own address answers, and whether the project is awake. Pure."""

from http import HTTPStatus
from urllib.parse import urlsplit

from .answer import Answer
from .line import Line, fail, ok
from .project import ref_of

PAUSED = 540
"""Supabase's own status for a paused project."""


def check_api(answer: Answer) -> Line:
    """Tell what the first answer of the project means."""
    host = urlsplit(answer.url).netloc
    if answer.error:
        return _silent(answer, host)
    if answer.status == PAUSED:
        return paused(host)
    if HTTPStatus(300) <= answer.status < HTTPStatus(400):
        return fail(
            f"{host} redirects to {urlsplit(answer.location).netloc or 'another address'},"
            " which the service does not follow",
            "set SUPABASE_URL to the address that it redirects to",
        )
    if answer.status >= HTTPStatus(500):
        return fail(
            f"{host} answers {answer.status}",
            "wait for the project to be back; https://status.supabase.com, or the log of a host"
            " of your own",
        )
    return ok(f"{host} answers")


def paused(where: str) -> Line:
    """Say that the project sleeps."""
    return fail(f"the project at {where} is paused", "resume it; Dashboard: the project's page")


def _silent(answer: Answer, host: str) -> Line:
    if not answer.is_known_host:
        ref = ref_of(answer.url)
        says = f"there is no host {host}" + (f": no project {ref}, or it is paused" if ref else "")
        return fail(says, "correct SUPABASE_URL; Dashboard: Project Settings > Data API")
    if error := answer.certificate_error:
        return fail(
            f"the certificate of {host} is not believed: {error.reason or error}",
            "a proxy on the way signs with its own authority: set SSL_CERT_FILE to its certificate;"
            " or the clock of this machine is wrong",
        )
    return fail(
        f"{host} does not answer ({type(answer.error).__name__})",
        "correct SUPABASE_URL, or let this machine out to it (a firewall, HTTPS_PROXY)",
    )
