"""Dates told from today: "in 3 days, a Tuesday". Enough to book by, and no date leaves the building."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from appliance.redaction.fold import fold

MONTHS: Final = {
    name[:length]: number
    for number, names in enumerate(
        (
            ("january", "enero"),
            ("february", "febrero"),
            ("march", "marzo"),
            ("april", "abril"),
            ("may", "mayo"),
            ("june", "junio"),
            ("july", "julio"),
            ("august", "agosto"),
            ("september", "septiembre"),
            ("october", "octubre"),
            ("november", "noviembre"),
            ("december", "diciembre"),
        ),
        start=1,
    )
    for name in names
    for length in range(3, len(name) + 1)
}
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Safe Harbor puts all ages above 89 into one class.
OLDEST_TOLD: Final = 89
# Without a year, a date is the coming one, unless it lay within the last two months.
LOOK_BACK: Final = timedelta(days=60)
NEAR_DAYS: Final = 60
# A year told in words is not read, and the day alone would be told from the wrong year. "4 del 12" is day, then month.
_YEAR_IN_WORDS: Final = frozenset({"nineteen", "twenty", "thousand", "mil"})
_DAY_OF_MONTH: Final = frozenset({"de", "del"})
_PARTS = re.compile(r"\d+|[a-z]+")


def tell(words: str, today: date) -> str:
    """How far off the date in these words is, or "" where no single day can be read."""
    day = read_day(words, today)
    if day is None:
        return ""
    days = (day - today).days
    if abs(days) <= 1:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    if abs(days) <= NEAR_DAYS:
        off = f"in {days} days" if days > 0 else f"{-days} days ago"
        return f"{off}, a {WEEKDAYS[day.weekday()]}"
    years = abs(days) // 365
    if years > OLDEST_TOLD:
        return f"more than {OLDEST_TOLD} years off"
    amount = f"about {abs(days) // 30} months" if years < 2 else f"{years} years"
    return f"in {amount}" if days > 0 else f"{amount} ago"


def read_day(words: str, today: date) -> date | None:
    """The first day named in these words; American order where numbers alone leave it open."""
    parts = _PARTS.findall(fold(words).text.casefold())
    digits = [part for part in parts if part.isdigit() and len(part) <= 8]
    month = next((MONTHS[part] for part in parts if part in MONTHS), 0)
    if _YEAR_IN_WORDS.intersection(parts):
        return None
    if not month and len(digits) == 2 and _DAY_OF_MONTH.intersection(parts):
        digits.reverse()
    return _from_name(month, digits, today) if month else _from_numbers(digits, today)


def _from_name(month: int, digits: Sequence[str], today: date) -> date | None:
    days = [part for part in digits if 1 <= int(part) <= 31]
    years = [part for part in digits if int(part) > 31]
    if not days:
        return None
    # Of two small numbers the second is a year where it has two digits (oct 3 04), else a day as well (oct 3 or 4).
    year = int(years[0]) if years else _year(days[1]) if len(days) == 2 else 0
    return _day(year, month, int(days[0]), today)


def _from_numbers(digits: Sequence[str], today: date) -> date | None:
    if len(digits) >= 3 and len(digits[0]) == 4:
        return _day(int(digits[0]), int(digits[1]), int(digits[2]), today)
    if len(digits) >= 2:
        first, second = int(digits[0]), int(digits[1])
        month, day = (second, first) if first > 12 else (first, second)
        return _day(_year(digits[2]) if len(digits) >= 3 else 0, month, day, today)
    if len(digits) == 1 and len(digits[0]) in (6, 8):  # 03141987, 031487
        whole = digits[0]
        return _day(int(whole[4:]), int(whole[:2]), int(whole[2:4]), today)
    return None


def _year(part: str) -> int:
    """What is told as a year, or 0 for a number that is none: a day, an hour."""
    return int(part) if len(part) in (2, 4) else 0


def _day(year: int, month: int, day: int, today: date) -> date | None:
    try:
        if year == 0:
            coming = date(today.year, month, day)
            return coming if coming >= today - LOOK_BACK else date(today.year + 1, month, day)
        if year < 100:
            year += 2000 if year <= (today.year + 5) % 100 else 1900
        return date(year, month, day) if 1880 <= year <= today.year + 20 else None
    except ValueError:
        return None
