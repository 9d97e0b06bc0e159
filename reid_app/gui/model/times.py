"""Times and durations in the operator's words and time zone."""

from __future__ import annotations

from datetime import tzinfo

from reid_app.domain import NS_PER_S, from_ns
from reid_app.gui.i18n import translate


def clock(time_ns: int, zone: tzinfo | None = None) -> str:
    """Format the time of day as ``12:04:31`` in ``zone`` (the machine's if None)."""
    return from_ns(time_ns).astimezone(zone).strftime("%H:%M:%S")


def clock_exact(time_ns: int, zone: tzinfo | None = None) -> str:
    """Format the time of day with milliseconds, to tell neighbouring frames apart."""
    return f"{clock(time_ns, zone)}.{time_ns % NS_PER_S // 1_000_000:03d}"


def day_and_clock(time_ns: int, zone: tzinfo | None = None) -> str:
    """Format date and time as ``2026-03-01 12:04:31``."""
    return from_ns(time_ns).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def duration(seconds: float) -> str:
    """Say a duration with the two units that matter: ``4 s``, ``3 min 05 s``, ``2 h 10 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return translate("Times", "{0} s").format(whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return translate("Times", "{0} min {1:02d} s").format(minutes, rest)
    hours, minutes = divmod(minutes, 60)
    return translate("Times", "{0} h {1:02d} min").format(hours, minutes)
