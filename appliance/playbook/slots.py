"""Slots: what each stands for, and the words that code puts there, from settings and the clock alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from appliance.settings.values import Hours, Settings
from storage.answers import SlotName

_MOST_DAYS_AHEAD: Final = 14

MEANINGS: Final[Mapping[SlotName, str]] = {
    SlotName.DESK_NAME: "the name of your business",
    SlotName.HOURS_TODAY: "today's hours, or that you are closed today",
    SlotName.HOURS_WEEK: "the hours of the week",
    SlotName.NEXT_OPEN: "when you open next",
    SlotName.DESK_PHONE: "the number to call during the day",
    SlotName.EMERGENCY_LINE: "the number for emergencies at night",
    SlotName.BOOKING_LINK: "the address of your booking page",
    SlotName.ADDRESS: "where you are",
}


@dataclass(frozen=True, slots=True)
class Words:
    """How a language says days and hours."""

    days: tuple[str, ...]
    short_days: tuple[str, ...]
    closed: str
    today: str
    tomorrow: str
    at: str
    to: str


WORDS: Final[Mapping[str, Words]] = {
    "en": Words(
        days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        short_days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        closed="closed",
        today="today",
        tomorrow="tomorrow",
        at="at",
        to="to",
    ),
    "es": Words(
        days=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        short_days=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
        closed="cerrado",
        today="hoy",
        tomorrow="mañana",
        at="a las",
        to="a",
    ),
}


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """What slots are filled from. An empty text means that the owner did not say."""

    desk_name: str
    hours: Hours
    timezone: ZoneInfo
    desk_phone: str = ""
    emergency_line: str = ""
    booking_link: str = ""
    address: str = ""


def slot_facts(settings: Settings) -> SlotFacts:
    """The facts as the settings give them."""
    desk = settings.desk
    return SlotFacts(
        desk_name=desk.name,
        hours=settings.hours,
        timezone=desk.timezone,
        desk_phone=_spoken_number(desk.phone),
        emergency_line=_spoken_number(desk.emergency_line),
        booking_link=desk.booking_link,
        address=desk.address,
    )


def fill(slot: SlotName, facts: SlotFacts, *, now: int, language: str) -> str | None:
    """The words for a slot, or None when it cannot be filled: an answer with such a slot is not sent."""
    words = WORDS.get(language, WORDS["en"])
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(facts.timezone)
    return _FILLERS[slot](facts, today, words) or None


def _hours_today(facts: SlotFacts, now: datetime, words: Words) -> str:
    if not any(facts.hours.week):
        return ""
    return _ranges(_open_on(facts.hours, now.date()), words)


def _hours_week(facts: SlotFacts, now: datetime, words: Words) -> str:  # noqa: ARG001 - a filler's signature
    if not any(facts.hours.week):
        return ""
    told = []
    for ranges, days in groupby(range(7), key=lambda day: facts.hours.week[day]):
        if ranges:
            told.append(f"{_days(list(days), words)} {_ranges(ranges, words)}")
    return ", ".join(told)


def _next_open(facts: SlotFacts, now: datetime, words: Words) -> str:
    minute = now.hour * 60 + now.minute
    for ahead in range(_MOST_DAYS_AHEAD):
        day = now.date() + timedelta(days=ahead)
        starts = [start for start, _ in _open_on(facts.hours, day) if ahead or start > minute]
        if starts:
            return f"{_day(ahead, day, words)} {words.at} {_time(starts[0])}"
    return ""


_FILLERS: Final[Mapping[SlotName, Callable[[SlotFacts, datetime, Words], str]]] = {
    SlotName.DESK_NAME: lambda facts, *_: facts.desk_name,
    SlotName.HOURS_TODAY: _hours_today,
    SlotName.HOURS_WEEK: _hours_week,
    SlotName.NEXT_OPEN: _next_open,
    SlotName.DESK_PHONE: lambda facts, *_: facts.desk_phone,
    SlotName.EMERGENCY_LINE: lambda facts, *_: facts.emergency_line,
    SlotName.BOOKING_LINK: lambda facts, *_: facts.booking_link,
    SlotName.ADDRESS: lambda facts, *_: facts.address,
}


def _open_on(hours: Hours, day: date) -> tuple[tuple[int, int], ...]:
    return () if day.isoformat() in hours.holidays else hours.week[day.weekday()]


def _day(ahead: int, day: date, words: Words) -> str:
    return {0: words.today, 1: words.tomorrow}.get(ahead, words.days[day.weekday()])


def _days(days: list[int], words: Words) -> str:
    first, last = words.short_days[days[0]], words.short_days[days[-1]]
    return first if len(days) == 1 else f"{first}-{last}"


def _ranges(ranges: tuple[tuple[int, int], ...], words: Words) -> str:
    # A plain hyphen: a dash would make the carrier send the text in a wider alphabet, and charge for it.
    return ", ".join(f"{_time(start)}-{_time(end)}" for start, end in ranges) or words.closed


def _time(minute: int) -> str:
    hour, rest = divmod(minute % (24 * 60), 60)
    half = "am" if hour < 12 else "pm"
    shown = f"{hour % 12 or 12}"
    return f"{shown}:{rest:02} {half}" if rest else f"{shown} {half}"


def _spoken_number(number: str) -> str:
    """A number of the US as people write it; any other as it is."""
    digits = number.removeprefix("+1")
    if number.startswith("+1") and len(digits) == 10:
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return number
