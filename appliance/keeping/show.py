"""What people see of the keeping times, the dry look at the next run, and their word where it is asked for."""

from collections.abc import Mapping
from typing import Final

from appliance.folders import LOGS_FOLDER
from appliance.keeping import limits
from appliance.keeping.change import Keeping as Times
from appliance.keeping.change import accept, keeping_now
from appliance.keeping.clock_guard import JUMP
from appliance.keeping.limits import DAY, YEAR, past_before
from appliance.keeping.log_files import old_logs, oldest_log
from appliance.keeping.retention import Keeper, last_run
from appliance.settings.values import OFF, AfterKeeping, KeepingSettings
from appliance.views.keeping import ChangeWaiting, ClockDoubt, Keeping, KeptRow
from storage.meta import Meta
from storage.retention import Kept, Waiting
from storage.vault import Transaction

_ROWS: Final[tuple[tuple[str, tuple[Kept, ...]], ...]] = (
    ("What people wrote", (Kept.MESSAGES,)),
    ("What was sent to them", (Kept.REPLIES,)),
    ("Drafts", (Kept.DRAFTS,)),
    ("What the assistant was shown", (Kept.PROMPTS, Kept.DEPARTURES)),
    ("Short lines of the inbox, and what stood behind hidden words", (Kept.PREVIEWS, Kept.PLACEHOLDERS)),
)
_ELSEWHERE: Final = (
    KeptRow("The log of who did what", "7 years", note="It holds no words and no names."),
    KeptRow("Backups", "30 days", note="A backup goes 30 days after it was made, and with it what it held."),
    KeptRow("Things to do", "until they are done", note="Nothing of a job stays once it is done."),
)
_REMOVED: Final = {
    "messages": "texts of people lost their words",
    "replies": "replies lost their words",
    "drafts": "drafts lost their words",
    "prompts": "prompts went",
    "departures": "copies of what left went",
    "previews": "lines of the inbox went",
    "placeholders": "lists of hidden words went",
    "runs": "records of automatic handling went",
    "alerts": "security notices went",
    "archived": "texts went into the archive",
    "archive_files": "archive files went",
    "log_files": "log files went",
    "reasons": "reasons in the log went",
}


def shown(keeper: Keeper) -> Keeping:
    """The page. Reads no words, so it needs no leaf, and changes nothing."""
    now, wanted = keeper.clock.now(), keeper.settings.keeping
    with keeper.vault.look() as tx:
        keeping, last = keeping_now(tx, wanted, now=now), last_run(tx)
        doubt = _doubt(tx, now)
        next_at = now if last is None else max(now, last.at + limits.every(wanted))
        waiting = _waiting(tx, keeper, keeping.holds, next_at)
        rows = _rows(tx, keeper, keeping.holds, waiting, next_at)
        waits = keeping.change is not None and keeping.change.holds_at > now
        asked = _change(tx, keeper, keeping, next_at) if waits else None
    removed = () if last is None else tuple((_REMOVED.get(one, one), count) for one, count in last.removed.items())
    return Keeping(
        rows=rows,
        next_at=next_at,
        archives=keeping.holds.after is AfterKeeping.ARCHIVE,
        last_at=None if last is None else last.at,
        removed=removed,
        doubt=doubt,
        change=asked,
    )


def accept_shorter(keeper: Keeper, *, by: str) -> None:
    """Yes: the shorter times of the settings hold from the next run on."""
    at = keeper.clock.now()
    with keeper.vault.transaction() as tx:
        if keeping_now(tx, keeper.settings.keeping, now=at).change is not None:
            accept(tx, keeper.settings.keeping, by=by, at=at)


def limit_of(days: int) -> str:
    """A limit in words."""
    return "until a day after the morning brief" if days == OFF else f"{days} days"


def _waiting(tx: Transaction, keeper: Keeper, holds: KeepingSettings, at: int) -> Mapping[Kept, Waiting]:
    before = past_before(holds, now=at, zone=keeper.settings.desk.timezone)
    return {kept: tx.retention.waiting(kept, before=moment) for kept, moment in before.items()}


def _doubt(tx: Transaction, now: int) -> ClockDoubt | None:
    """As the guard has told it, or will at its next look: a desk that is stopped has no guard at work."""
    seen = tx.meta.number(Meta.CLOCK_SEEN)
    jumped = bool(seen) and abs(now - seen) > JUMP
    return ClockDoubt(now, seen) if jumped or tx.meta.get(Meta.CLOCK_DOUBT) is not None else None


def _rows(
    tx: Transaction, keeper: Keeper, holds: KeepingSettings, waiting: Mapping[Kept, Waiting], at: int
) -> tuple[KeptRow, ...]:
    words = limit_of(holds.bodies)
    return (
        *(_row(what, words, [waiting[one] for one in kept]) for what, kept in _ROWS),
        KeptRow("Pictures and sound", words, note="The desk does not fetch them from the carrier, so none are here."),
        *_archive_rows(tx, holds, at),
        _row("Records of automatic handling", f"{holds.runs} days", [waiting[Kept.RUNS]]),
        _row("Security notices", "12 months", [waiting[Kept.ALERTS]]),
        _log_row(keeper, at),
        KeptRow("Texts as the door took them", _letters(holds), note="Sealed, for when a disk loses the newest texts."),
        *_ELSEWHERE,
    )


def _letters(holds: KeepingSettings) -> str:
    days = limits.letters_for(holds) // DAY
    return "a day" if days == 1 else f"{days} days, or until they are in a backup"


def _archive_rows(tx: Transaction, holds: KeepingSettings, at: int) -> list[KeptRow]:
    files, texts, oldest = tx.archive.totals()
    if not files and holds.after is AfterKeeping.DELETE:
        return []
    years = f"{holds.archive_years} years" if holds.archive_years > 1 else "1 year"
    past = sum(file.count for file in tx.archive.past(at - holds.archive_years * YEAR))
    return [KeptRow("The archive", years, oldest, past, f"Old texts: {texts:,}; sealed files: {files:,}.")]


def _log_row(keeper: Keeper, at: int) -> KeptRow:
    logs = keeper.folder / LOGS_FOLDER
    old = old_logs(logs, before=at - limits.APP_LOG_DAYS * DAY)
    note = "Codes and counts only."
    return KeptRow("The desk's own log files", f"{limits.APP_LOG_DAYS} days", oldest_log(logs), len(old), note)


def _row(what: str, limit: str, waiting: list[Waiting]) -> KeptRow:
    oldest = min((one.oldest for one in waiting if one.oldest is not None), default=None)
    return KeptRow(what, limit, oldest, sum(one.past for one in waiting))


def _change(tx: Transaction, keeper: Keeper, keeping: Times, at: int) -> ChangeWaiting | None:
    if keeping.change is None:
        return None
    holds, wanted = keeping.holds, keeping.change.wanted
    said = []
    if wanted.bodies != holds.bodies:
        said.append(f"Words are kept for {limit_of(wanted.bodies)}; until now it was {limit_of(holds.bodies)}.")
    if wanted.runs != holds.runs:
        said.append(f"Records of automatic handling are kept for {wanted.runs} days; until now it was {holds.runs}.")
    if wanted.after is not holds.after:
        archive = wanted.after is AfterKeeping.ARCHIVE
        said.append("Old words go into the archive." if archive else "Old words are deleted, and no longer archived.")
    if wanted.archive_years != holds.archive_years:
        said.append(f"The archive is kept for {wanted.archive_years} years; until now it was {holds.archive_years}.")
    going = sum(one.past for one in _waiting(tx, keeper, wanted, at).values())
    return ChangeWaiting(tuple(said), going, keeping.change.holds_at)
