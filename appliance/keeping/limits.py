"""How long each kind of thing is kept, as pure sums: the time before which it is past its keeping time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from appliance.settings.values import OFF, AfterKeeping, KeepingSettings
from storage.retention import Kept

MINUTE: Final = 60 * 1000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
YEAR: Final = 365 * DAY

SECURITY_DAYS: Final = 365
APP_LOG_DAYS: Final = 90
LETTERS_DAYS: Final = 7
REASON_YEARS: Final = 7
"""As the log: the reason of a reading belongs to its entry."""

# The desk's brief goes out at this time of its own zone; until it is built, words that are not to be kept go by it too.
BRIEF_AT: Final = (7, 30)
# A run comes every hour where nothing is kept: begun after 23, all is gone within 24 hours of the brief.
_AFTER_BRIEF: Final = 23 * HOUR
EVERY_WITH_OFF: Final = HOUR
# A little less than a day, so that the oldest is never older than the limit and one day.
EVERY: Final = 23 * HOUR

WORDS: Final = (
    Kept.MESSAGES,
    Kept.REPLIES,
    Kept.DRAFTS,
    Kept.PROMPTS,
    Kept.DEPARTURES,
    Kept.PREVIEWS,
    Kept.PLACEHOLDERS,
)


def words_before(days: int, *, now: int, zone: tzinfo) -> int:
    """Words from before that moment are past their time."""
    return _brief_before(now - _AFTER_BRIEF, zone) if days == OFF else now - days * DAY


def past_before(keeping: KeepingSettings, *, now: int, zone: tzinfo) -> Mapping[Kept, int]:
    """For each class, the moment before which it is past its time."""
    words = words_before(keeping.bodies, now=now, zone=zone)
    return dict.fromkeys(WORDS, words) | {
        Kept.RUNS: now - keeping.runs * DAY,
        Kept.ALERTS: now - SECURITY_DAYS * DAY,
    }


def every(keeping: KeepingSettings) -> int:
    """How far apart the runs are."""
    return EVERY_WITH_OFF if keeping.bodies == OFF else EVERY


def letters_for(keeping: KeepingSettings) -> int:
    """How long sealed letters wait in the spool for a backup, as a second record of the newest texts."""
    return DAY if keeping.bodies == OFF else LETTERS_DAYS * DAY


def is_shorter(wanted: KeepingSettings, known: KeepingSettings) -> bool:
    """Whether something would go earlier, or for good, that would have stayed so far."""
    return (
        wanted.bodies < known.bodies
        or wanted.runs < known.runs
        or (wanted.after is AfterKeeping.DELETE and known.after is AfterKeeping.ARCHIVE)
        or (known.after is AfterKeeping.ARCHIVE and wanted.archive_years < known.archive_years)
    )


def _brief_before(at: int, zone: tzinfo) -> int:
    """The last brief at or before that moment: what came before it, it told of."""
    moment = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    hour, minute = BRIEF_AT
    brief = moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if brief > moment:
        brief -= timedelta(days=1)
    return int(brief.timestamp() * 1000)
