"""A change of the keeping times. A longer time holds at once; a shorter one waits for a person, or for three days.

A slip in the settings file would else cost a year of conversations the next night. Three days of telling leave a
weekend to notice it, and still keep the promise that what is past its time is gone within a week.
"""

import json
from dataclasses import dataclass
from typing import Final

from appliance.keeping.limits import DAY, is_shorter
from appliance.settings.values import AfterKeeping, KeepingSettings
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.meta import Meta
from storage.vault import Transaction

WAITS: Final = 3 * DAY
CODE: Final = "keeping-shorter"


@dataclass(frozen=True, slots=True)
class Change:
    """Shorter times that are in the settings and do not hold yet; by themselves they do from `holds_at` on."""

    wanted: KeepingSettings
    holds_at: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """The times that hold, and those that wait."""

    holds: KeepingSettings
    change: Change | None = None


def keeping_now(tx: Transaction, wanted: KeepingSettings, *, now: int) -> Keeping:
    """What holds, without changing anything."""
    known = tx.meta.get(Meta.KEEPING)
    if known is None or not is_shorter(wanted, _read(known)):
        return Keeping(wanted)
    return Keeping(_read(known), Change(wanted, _since(tx, wanted, now) + WAITS))


def settle(tx: Transaction, wanted: KeepingSettings, *, now: int) -> Keeping:
    """As `keeping_now`, and remembers it: what holds, since when a shorter time waits, that it was told."""
    found = keeping_now(tx, wanted, now=now)
    if found.change is not None and found.change.holds_at > now:
        if tx.alerts.raise_(AlertKind.STAFF, CODE, at=now):
            tx.audit.append(Action.SETTINGS_CHANGED, actor="desk", at=now, detail=_detail(wanted, holds=False))
        tx.meta.put(Meta.KEEPING_WAITS, json.dumps([_spelled(wanted), found.change.holds_at - WAITS]))
        return found
    if tx.meta.get(Meta.KEEPING) != _spelled(wanted):
        accept(tx, wanted, by="desk", at=now)
    return Keeping(wanted)


def accept(tx: Transaction, wanted: KeepingSettings, *, by: str, at: int) -> None:
    """These times hold from now on."""
    tx.meta.put(Meta.KEEPING, _spelled(wanted))
    tx.meta.remove(Meta.KEEPING_WAITS)
    tx.alerts.seen_code(CODE, at=at)
    tx.audit.append(Action.SETTINGS_CHANGED, actor=by, at=at, detail=_detail(wanted, holds=True))


def _since(tx: Transaction, wanted: KeepingSettings, now: int) -> int:
    waits = tx.meta.get(Meta.KEEPING_WAITS)
    spelled, since = json.loads(waits) if waits is not None else ("", now)
    return int(since) if spelled == _spelled(wanted) else now


def _spelled(keeping: KeepingSettings) -> str:
    return json.dumps([keeping.bodies, keeping.runs, keeping.after.value, keeping.archive_years])


def _read(spelled: str) -> KeepingSettings:
    bodies, runs, after, years = json.loads(spelled)
    return KeepingSettings(bodies, runs, AfterKeeping(after), years)


def _detail(keeping: KeepingSettings, *, holds: bool) -> dict[str, object]:
    return {
        "bodies": keeping.bodies,
        "runs": keeping.runs,
        "after": keeping.after.value,
        "archive_years": keeping.archive_years,
        "holds": holds,
    }
