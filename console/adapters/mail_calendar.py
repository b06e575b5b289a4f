"""An invitation in a mail, as a line that can be read: what, when, where. It is never answered from here."""

from __future__ import annotations

from datetime import date, datetime

MAX_BYTES = 100_000
MOST_EVENTS = 5


def events(data: bytes) -> list[str]:
    """A line for each event; nothing where it can't be read."""
    from icalendar import Calendar  # few mails hold one, and it takes long to load

    try:
        found = [
            " · ".join(filter(None, (_plain(one.get("SUMMARY")), _span(one), _plain(one.get("LOCATION")))))
            for one in Calendar.from_ical(data[:MAX_BYTES]).walk("VEVENT")[:MOST_EVENTS]
        ]
    except Exception:  # whatever a stranger's file makes of the library: the attachment itself is still there
        return []
    return [f"📅 {line}" for line in found if line]


def _plain(value: object) -> str:
    return " ".join(str(value).split())[:300] if value is not None else ""


def _span(event: object) -> str:
    begins, ends = (_moment(event, name) for name in ("DTSTART", "DTEND"))
    if begins[:10] == ends[:10]:
        ends = ends[11:]
    return " – ".join(filter(None, (begins, ends)))


def _moment(event: object, name: str) -> str:
    held = event.get(name) if hasattr(event, "get") else None
    at = getattr(held, "dt", None)
    if isinstance(at, datetime):
        return f"{at:%Y-%m-%d %H:%M} {at.tzname() or ''}".strip()
    return at.isoformat() if isinstance(at, date) else ""
