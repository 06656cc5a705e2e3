"""From the host's name to an open port: no word of Postgres is spoken yet."""

import asyncio
import errno
import socket
import time
from dataclasses import replace
from ipaddress import ip_address

from ...supabase.database.address import PROJECT_HOST, SHARED_POOLER, Address, compose, mode_of
from .address import POOLER
from .apart import apart
from .env import address_line
from .known import Known, Place
from .line import Line, fail, ok

DIALLED_WITHIN = 2
"""Seconds that one address has to take a connection."""

UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


async def resolve(host: str, port: int) -> list[Place]:
    """Return where *host* is, by the resolver of this machine.

    Raises:
        socket.gaierror: nobody knows.
    """
    found = await apart(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    places = [Place(each[0], str(each[4][0]), int(each[4][1])) for each in found]
    return [*dict.fromkeys(places)]


async def check_name(known: Known) -> Line:
    """Look the host up."""
    try:
        known.places = await resolve(known.host, known.port)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            return fail(
                f"no name server answers for {known.host}: this machine has no network, or no DNS",
                "check the network of this machine, then try again",
            )
        return await _unknown(known)
    except UnicodeError:
        return fail(f"{known.host} is no name of a host", "Dashboard: Connect has the right one")
    shown = ", ".join(dict.fromkeys(each.host for each in known.places))
    return ok(shown if _is_literal(known.host) else f"{known.host} is {shown}")


async def _unknown(known: Known) -> Line:
    if not (direct := PROJECT_HOST.fullmatch(known.host)):
        return fail(f"there is no host {known.host}", _right_host(known))
    api = f"{direct['project']}.supabase.co"
    try:
        await resolve(api, 443)
    except socket.gaierror:
        return fail(
            f"there is no project {direct['project']}: neither {known.host} nor {api} is known",
            "correct the project id (Dashboard: Project Settings > General); a paused project is"
            " resumed in the dashboard",
        )
    return no_ipv4(known)


def _right_host(known: Known) -> str:
    match = POOLER.fullmatch(known.host)
    if known.host.endswith(SHARED_POOLER) and not match:
        return "its form is aws-<n>-<region>.pooler.supabase.com; Dashboard: Connect has yours"
    if match:
        return (
            f"is {match['region']} the project's region? Dashboard: Connect has the host; without"
            " DATABASE_URL it goes into DATABASE_POOLER_HOST"
        )
    return "correct the host in DATABASE_URL; Dashboard: Connect has it"


def no_ipv4(known: Known) -> Line:
    """Say that a direct host is out of an IPv4 network's reach, and which mode is not."""
    return fail(
        f"{known.host} has an IPv6 address only, and this network is IPv4",
        f"use the shared pooler, which has IPv4: {pooled_line(known)}\n"
        "(Dashboard: Connect has its host), or buy the project's IPv4 add-on",
    )


def pooled_line(known: Known) -> str:
    """Return the line of `.env` for the same project's shared pooler, in transaction mode."""
    settings = known.database
    if settings.database_url is None:
        return "DATABASE_POOLING_MODE=transaction"
    pooled = compose(
        "transaction",
        project=known.address.project,
        region=settings.supabase_region,
        pooler=settings.database_pooler_host,
        user=known.user,
        password=None,
    )
    return address_line(settings, pooled)


async def check_port(known: Known) -> Line:
    """Open a connection to the first address that takes one."""
    failures: list[OSError] = []
    for place in known.places:
        try:
            known.connected_within = await dial(place)
        except OSError as error:
            failures.append(error)
        else:
            known.places = [place]
            return ok(f"{known.host}:{known.port} takes connections")
    return await _closed(known, failures)


async def dial(place: Place) -> float:
    """Connect and leave; return the seconds that it took.

    Raises:
        OSError: nobody answers there; TimeoutError is one.
    """
    began = time.perf_counter()
    async with asyncio.timeout(DIALLED_WITHIN):
        _, writer = await asyncio.open_connection(place.host, place.port, family=place.family)
    took = time.perf_counter() - began
    writer.close()
    return took


async def _closed(known: Known, failures: list[OSError]) -> Line:
    where = f"{known.host}:{known.port}"
    is_ipv6_only = PROJECT_HOST.fullmatch(known.host) and _are_ipv6(known.places)
    if all(error.errno in UNREACHABLE for error in failures):
        if is_ipv6_only:
            return no_ipv4(known)
        only = " by IPv6" if _are_ipv6(known.places) else ""
        return fail(f"this network has no way to {known.host}{only}", "check the network, or a VPN")
    if other := await _other_port(known):
        return fail(
            f"port {known.port} of {known.host} is blocked on the way, {other.url.port} is open",
            f"use {other.mode} mode: {address_line(known.database, other)}",
        )
    is_silent = any(isinstance(error, TimeoutError) for error in failures)
    if is_silent and is_ipv6_only:
        return fail(
            f"{known.host} has an IPv6 address only, and does not answer: this network has no"
            " working IPv6, or the project is paused",
            f"use the shared pooler, which has IPv4: {pooled_line(known)}",
        )
    if is_silent:
        return fail(
            f"{where} does not answer: a firewall on the way, network restrictions, or a paused"
            " project",
            f"let this machine out to port {known.port}; Dashboard: Project Settings > Database >"
            " Network Restrictions",
        )
    return fail(
        f"nothing listens at {where}",
        "start what should listen there, or correct host and port in DATABASE_URL",
    )


async def _other_port(known: Known) -> Address | None:
    """Return the address in the host's other mode, if that port is open."""
    port = {5432: 6543, 6543: 5432}.get(known.port)
    if not port or mode_of(known.host, known.port) is None:
        return None
    mode = mode_of(known.host, port) or known.address.mode
    try:
        [place, *_] = await resolve(known.host, port)
        await dial(place)
    except OSError:
        return None
    return replace(known.address, url=known.address.url.set(port=port), mode=mode)


def _are_ipv6(places: list[Place]) -> bool:
    return all(each.family == socket.AF_INET6 for each in places)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
