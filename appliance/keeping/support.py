"""What support gets: versions, states, counts, codes, how long things took, what happened under pseudonyms.

No body, no number, no name; times are rounded; no id joins with the log or with another bundle.
"""

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from typing import Any, Final

from appliance.settings.values import Settings
from appliance.views.status import Status
from storage.audit.marks import Seen
from storage.audit.support import Disguise, acts, quarter
from storage.driver import library_version
from storage.messages import MessageState
from storage.replies import ReplyState
from storage.vault import Transaction

FORM: Final = "nightdesk support 1"
_NEWEST: Final = 500
_MEASURED: Final = 1000


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What the desk says of itself, in codes. `parts` and `findings` are names, and whether each is well."""

    state: str
    reasons: Sequence[str]
    kinds: Sequence[str]
    parts: Sequence[tuple[str, bool]]
    findings: Sequence[tuple[str, bool]]


def facts_of(told: Status, settings: Settings, findings: Sequence[tuple[str, bool]]) -> DeskFacts:
    """The codes of what the status page says; its sentences may hold the desk's own number."""
    reasons, parts = [one.code for one in told.reasons], [(one.name, one.ok) for one in told.parts]
    return DeskFacts(told.state.value, reasons, kinds_of(settings), parts, findings)


def kinds_of(settings: Settings) -> tuple[str, ...]:
    """What kind of desk it is, by which carrier and model; none of their names."""
    return settings.desk.kind.value, settings.carrier.kind.value, settings.model.kind.value


def support_text(tx: Transaction, facts: DeskFacts, marks: Sequence[Seen], *, now: int) -> str:
    """The whole content, as it is previewed and sealed. Nobody can make the same pseudonyms again."""
    disguise = Disguise()
    told = {
        "form": FORM,
        "made": quarter(now),
        "versions": _versions(),
        "kinds": list(facts.kinds),
        "state": facts.state,
        "reasons": list(facts.reasons),
        "parts": dict(facts.parts),
        "doctor": dict(facts.findings),
        "counts": _counts(tx),
        "alerts": _alerts(tx),
        "milliseconds": _latencies(tx),
        "log": _log(tx, marks),
        "acts": acts(tx.audit.newest_bodies(_NEWEST), disguise),
    }
    # A line an act: long lists can be read and compared.
    lines = [f" {json.dumps(name)}: {_spelled(name, value)}" for name, value in told.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _spelled(name: str, value: Any) -> str:  # noqa: ANN401 - JSON
    if name in {"acts", "alerts"} and value:
        return "[\n  " + ",\n  ".join(json.dumps(one, sort_keys=True) for one in value) + "\n ]"
    return json.dumps(value, sort_keys=True)


def _versions() -> dict[str, str]:
    return {
        "nightdesk": version("nightdesk"),
        "sqlite": library_version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _counts(tx: Transaction) -> dict[str, int]:
    states = {f"messages-{state.value}": tx.messages.count(state) for state in MessageState}
    sent = {f"replies-{state.value}": tx.replies.count(state) for state in ReplyState}
    return {**states, **sent, "people": tx.people.count(), "jobs": tx.jobs.count(), "crossings": tx.ledger.count()}


def _alerts(tx: Transaction) -> list[dict[str, object]]:
    return [
        {
            "code": alert.code,
            "kind": alert.kind.value,
            "count": alert.count,
            "first": quarter(alert.first_at),
            "last": quarter(alert.last_at),
        }
        for alert in tx.alerts.unseen()
    ]


def _latencies(tx: Transaction) -> dict[str, dict[str, int]]:
    measured = {
        "text-to-store": tx.messages.waited(limit=_MEASURED),
        "run": tx.runs.took(limit=_MEASURED),
        "reply-to-carrier": tx.replies.waited(limit=_MEASURED),
    }
    return {name: _spread(sorted(found)) for name, found in measured.items() if found}


def _spread(found: list[int]) -> dict[str, int]:
    late = found[min(len(found) - 1, len(found) * 95 // 100)]
    return {"count": len(found), "half": int(median(found)), "most": late, "longest": found[-1]}


def _log(tx: Transaction, marks: Sequence[Seen]) -> dict[str, object]:
    newest = tx.audit.newest_note()
    return {
        "leaves": tx.audit.count(),
        "first": tx.audit.first(),
        "signed": None if newest is None else {"leaves": newest.size, "at": quarter(newest.at)},
        "epoch": tx.meta.epoch(),
        "marks": {one.place: one.standing.value for one in marks},
    }
