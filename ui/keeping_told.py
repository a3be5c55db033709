"""The keeping times as plain values, for the command and for a running core that answers it."""

from collections.abc import Callable, Mapping
from typing import Any

from appliance.access.sign_in import OWNER
from appliance.desk import Desk
from appliance.keeping.retention import Keeper
from appliance.keeping.show import accept_shorter, shown
from appliance.views.keeping import Keeping
from ui.channel import Message


def keeping_facts(seen: Keeping) -> Mapping[str, Any]:
    """The page as plain values."""
    return {
        "rows": [
            {"what": row.what, "limit": row.limit, "oldest_at": row.oldest, "next_run_removes": row.going}
            for row in seen.rows
        ],
        "last_run_at": seen.last_at,
        "last_run_removed": dict(seen.removed),
        "next_run_at": seen.next_at,
        "clock_in_doubt": seen.doubt is not None,
        "shorter_times_wait_until": None if seen.change is None else seen.change.holds_at,
        "shorter_times_remove": None if seen.change is None else seen.change.going,
    }


def keeping_acts(keeper: Keeper, acts: list[str], *, by: str) -> Mapping[str, Any]:
    """Do what was asked, then look."""
    if "clock" in acts:
        keeper.guard.trust(by=by)
    if "accept" in acts:
        accept_shorter(keeper, by=by)
    return keeping_facts(shown(keeper))


def kept_acts(desk: Desk) -> Mapping[str, Callable[[Message], Mapping[str, Any]]]:
    """What a running core answers to the command."""

    def keeping(asked: Message) -> Mapping[str, Any]:
        return keeping_acts(desk.kept.keeper, [str(act) for act in asked.get("acts", ())], by=OWNER)

    return {"keeping": keeping}
