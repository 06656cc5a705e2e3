"""Postgres' types of time in Python, and the nearest value where Python has none. Pure.

Years go from 4713 BC to 294276 there, and to infinity; a day ends at 24:00; an interval may have
178,000,000 years: https://www.postgresql.org/docs/current/datatype-datetime.html. The driver raises
on most of that. All else is read and written as by the driver.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""From here Postgres counts its microseconds, or days."""
NAIVE_EPOCH = EPOCH.replace(tzinfo=None)
FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
LAST = dt.datetime.max.replace(tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)

Wire = tuple[int, ...]
"""A value as asyncpg hands it out in its format `tuple`: numbers."""


@dataclass(frozen=True)
class Kind:
    """A type of Postgres', and what of it Python can hold."""

    python: type[Any]
    least: Wire
    greatest: Wire
    read: Callable[[Wire], Any]
    """Raises OverflowError or ValueError for what Python cannot hold."""
    write: Callable[[Any], Wire]
    infinity: int | None = None
    """As a distance from the epoch. *least* is written as minus that, the first of all that is read
    as *least*: so what comes before a value of a row is never that row again.
    """

    def decoder(self, found: Callable[[type[Any], Any], None]) -> Callable[[Wire], Any]:
        """Return what reads a value, and tells *found* of one that is not as it is stored."""
        read = self.read

        def decode(wire: Wire) -> Any:
            try:
                return read(wire)
            except (OverflowError, ValueError):
                bound = self.greatest if self._is_late(wire) else self.least
                value = read((*bound, *wire[len(bound) :]))
            found(self.python, value)
            return value

        return decode

    def encode(self, value: Any) -> Wire:
        """Return *value* as asyncpg is to send it."""
        wire = self.write(value)
        return wire if self.infinity is None or wire != self.least else (-self.infinity,)

    def _is_late(self, wire: Wire) -> bool:
        if self.python is dt.timedelta:
            months, days, _ = wire
            return months * 30 + days > 0
        return wire[0] > 0


def _moment(value: dt.date) -> dt.datetime:
    # As the driver has it: a date is its first moment.
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time.min)


def _read_time(wire: Wire) -> dt.time:
    seconds, microseconds = divmod(wire[0], 10**6)
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60, microseconds)


def _write_time(value: dt.time) -> Wire:
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return (seconds * 10**6 + value.microsecond,)


def _read_timetz(wire: Wire) -> dt.time:
    # The offset is positive in the west here.
    return _read_time(wire).replace(tzinfo=dt.timezone(-wire[1] * SECOND))


def _write_timetz(value: dt.time) -> Wire:
    offset = value.utcoffset()
    if offset is None:
        raise ValueError("a time with its zone is needed")
    return (*_write_time(value), -offset // SECOND)


def _read_interval(wire: Wire) -> dt.timedelta:
    months, days, microseconds = wire
    years, rest = divmod(abs(months), 12)
    # The driver's own: a year of 365 days, and months of 30.
    of_months = (years * 365 + rest * 30) * (1 if months > 0 else -1)
    return dt.timedelta(of_months + days, 0, microseconds)


def _write_interval(value: dt.timedelta) -> Wire:
    return (0, value.days, value.seconds * 10**6 + value.microseconds)


TIME = Kind(dt.time, _write_time(dt.time.min), _write_time(dt.time.max), _read_time, _write_time)
KINDS = {
    "timestamptz": Kind(
        dt.datetime,
        ((FIRST - EPOCH) // MICROSECOND,),
        ((LAST - EPOCH) // MICROSECOND,),
        read=lambda wire: EPOCH + dt.timedelta(0, 0, wire[0]),
        write=lambda value: ((_moment(value).astimezone(dt.UTC) - EPOCH) // MICROSECOND,),
        infinity=2**63,
    ),
    "timestamp": Kind(
        dt.datetime,
        ((FIRST - EPOCH) // MICROSECOND,),
        ((LAST - EPOCH) // MICROSECOND,),
        read=lambda wire: NAIVE_EPOCH + dt.timedelta(0, 0, wire[0]),
        write=lambda value: ((_moment(value) - NAIVE_EPOCH) // MICROSECOND,),
        infinity=2**63,
    ),
    "date": Kind(
        dt.date,
        ((FIRST - EPOCH) // DAY,),
        ((LAST - EPOCH) // DAY,),
        read=lambda wire: dt.date.fromordinal(wire[0] + EPOCH.toordinal()),
        write=lambda value: (value.toordinal() - EPOCH.toordinal(),),
        infinity=2**31,
    ),
    "time": TIME,
    "timetz": replace(TIME, read=_read_timetz, write=_write_timetz),
    "interval": Kind(
        dt.timedelta,
        _write_interval(dt.timedelta.min),
        _write_interval(dt.timedelta.max),
        _read_interval,
        _write_interval,
    ),
}
