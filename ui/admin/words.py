"""How values read on a page: times in the desk's zone, sizes, counts, and text cut into pieces for the templates."""

import difflib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from appliance.views.people import Who

MORNING, AFTERNOON, EVENING, NIGHT = 5, 12, 17, 20
_DAYS_BY_NAME = 6
_KILO = 1024
_NBSP = "\N{NO-BREAK SPACE}"
# A date's placeholder says how far off it is: "[DATE_1: 39 years ago]".
_PLACEHOLDER = re.compile(r"(\[(?:[A-Z]+_\d+(?:: [^\[\]]{1,40})?|PHI redacted|not yet redacted)\])")
_NUMBER = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")
_RELATIVE = ("Tonight", "This ", "Last night", "Yesterday")
_WORD = re.compile(r"\s+|[^\s]+")
LANGUAGES = {"en": "English", "es": "Spanish"}


def when(at: int, now: int, timezone: str) -> str:
    """A moment as people at the desk would say it: "Tonight 9:41 pm", "Tuesday 4:10 pm", "Nov 3, 4:10 pm"."""
    zone = ZoneInfo(timezone)
    moment, today = _local(at, zone), _local(now, zone)
    days = (_night_of(today) - _night_of(moment)).days
    return f"{_day(moment, today, days)}{_clock(moment)}"


def _day(moment: datetime, today: datetime, days: int) -> str:
    if days == 0:
        return f"{_part_of_day(moment)} "
    if days == 1:
        return "Last night " if moment.hour >= NIGHT or moment.hour < MORNING else "Yesterday "
    if 1 < days <= _DAYS_BY_NAME:
        return f"{moment:%A} "
    year = "" if moment.year == today.year else f", {moment.year}"
    return f"{moment:%b} {moment.day}{year}, "


def _night_of(moment: datetime) -> datetime:
    """The day that a moment belongs to. The small hours belong to the evening before."""
    return (moment - timedelta(hours=MORNING)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


def _part_of_day(moment: datetime) -> str:
    if moment.hour >= NIGHT or moment.hour < MORNING:
        return "Tonight"
    if moment.hour < AFTERNOON:
        return "This morning"
    return "This afternoon" if moment.hour < EVENING else "This evening"


def _clock(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment:%M}{_NBSP}{'am' if moment.hour < AFTERNOON else 'pm'}"


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, tz=UTC).astimezone(zone)


def inside(said: str) -> str:
    """What `when` says, within a sentence: "tonight 9:41 pm", and as ever "Tuesday 4:10 pm", "Nov 3, 4:10 pm"."""
    return said[0].lower() + said[1:] if said.startswith(_RELATIVE) else said


def dated(said: str) -> bool:
    """Whether `when` says a day by its name or date, which people put "on" before."""
    return not said.startswith(_RELATIVE)


def machine_time(at: int) -> str:
    """For the `datetime` attribute."""
    return datetime.fromtimestamp(at / 1000, tz=UTC).isoformat(timespec="seconds")


def full_time(at: int, timezone: str) -> str:
    """To the second, with the zone, for who hovers over it."""
    moment = _local(at, ZoneInfo(timezone))
    return f"{moment:%A, %B} {moment.day}, {moment.year}, {_clock(moment)} and {moment.second} s ({timezone})"


def size(count: int) -> str:
    """Bytes, roughly."""
    if count < _KILO:
        return f"{count}{_NBSP}bytes"
    if count < _KILO * _KILO:
        return f"{count / _KILO:.1f}{_NBSP}KB"
    return f"{count / _KILO / _KILO:.1f}{_NBSP}MB"


def plural(count: int, one: str, many: str = "") -> str:
    """Such as "1 text" and "3 texts"."""
    return f"{count:,}{_NBSP}{one if count == 1 else many or one + 's'}"


def spaced(number: str) -> str:
    """A telephone number as people write it here; another country's as it is."""
    found = _NUMBER.fullmatch(number)
    return number if found is None else f"+1{_NBSP}{'-'.join(found.groups())}"


def called(who: Who) -> str:
    """A person on a list."""
    return who.name or f"Number ending in {who.last_two}"


def initials(who: Who) -> str:
    """One or two letters for the round mark, or the last two digits."""
    parts = [part for part in who.name.split() if part[0].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or who.last_two


def language(code: str) -> str:
    """The name of a language, or its code."""
    return LANGUAGES.get(code, code)


def exact(text: str) -> Markup:
    """Escaped, and with carriage returns kept: an HTML parser would turn them into line feeds."""
    return Markup(str(escape(text)).replace("\r", "&#13;"))  # noqa: S704 - escaped in the same breath


def pieces(text: str) -> list[tuple[bool, str]]:
    """Redacted text in pieces: (is a placeholder, the piece)."""
    return [(bool(at % 2), piece) for at, piece in enumerate(_PLACEHOLDER.split(text)) if piece]


def changes(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Word by word what an edit did: ("same" | "gone" | "new", words)."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    for kind, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "gone", "".join(old[a:b])
        if d > c:
            yield "new", "".join(new[c:d])


FILTERS = {
    "called": called,
    "changes": changes,
    "dated": dated,
    "exact": exact,
    "initials": initials,
    "inside": inside,
    "language": language,
    "machine_time": machine_time,
    "pieces": pieces,
    "plural": plural,
    "size": size,
    "spaced": spaced,
}

GLOBALS = {
    "NEEDS": {
        "life": "May be in danger",
        "urgent": "Urgent",
        "unsent": "Reply not sent",
        "draft": "Draft ready",
        "asked": "Wants a person",
        "soon": "Soon",
    },
    "ENDINGS": {
        "answered": "Answered by itself",
        "working": "Working on it",
        "replied": "You replied",
        "stopped": "Asked to stop",
        "junk": "Junk",
        "set-aside": "Done",
    },
    "STEPS": {
        "sealed": ("Sealed", "Encrypted with this person's own key and stored."),
        "redacted": ("Redacted", "Names, numbers and the like were replaced by placeholders."),
        "prompted": ("Drafted", "A reply was proposed from the redacted words."),
        "answered": ("Answered", "With an answer that the owner approved."),
        "held": ("Held", "It waits for a person."),
        "escalated": ("Passed on", "Somebody was told at once."),
        "stopped": ("Stopped", "They asked for no more texts."),
        "ignored": ("Set aside", "It reads like junk; nobody was bothered."),
        "failed": ("Went wrong", "It waits for a person."),
    },
    "DELIVERY": {
        "queued": "Waiting to go",
        "sending": "Going out",
        "sent": "Sent",
        "delivered": "Delivered",
        "failed": "Not delivered",
        "unknown": "Asking the carrier what became of it",
        "blocked": "Not sent: they asked for no more texts",
    },
    "OUTCOMES": {"done": "Done", "failed": "Failed", "refused": "Refused", "unknown": "Not known"},
    "STATES": {
        "ready": ("All is well", "The desk is taking and answering messages."),
        "locked": ("Locked", "Messages are taken in and kept sealed."),
        "degraded": ("Working, with limits", "Messages are taken in. Some things wait until this is put right."),
        "safe-mode": ("Safe mode", "Messages are taken in and kept. Nothing goes out until this is put right."),
        "starting": ("Starting", "One moment."),
    },
    "SAID": {
        "sent": "The reply is on its way.",
        "written": "The reply is on its way.",
        "discarded": "The draft is gone. Nothing was sent.",
        "done": "Done.",
        "saved": "Saved. It waits for your approval.",
        "approved": "Approved. It is in use from now on.",
        "retired": "Retired. It will not be sent any more.",
    },
}
