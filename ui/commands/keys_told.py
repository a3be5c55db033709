"""What is known of the keys, as lines for a person."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

_DAY_MS: Final = 24 * 60 * 60 * 1000
_STATES: Final = {"active": "in use", "pending": "next", "retired": "old"}


def with_ages(facts: dict[str, Any], now: int) -> dict[str, Any]:
    """The same, with the age of each key and credential in days."""
    for key in facts["keys"]:
        key["age_days"] = max(now - key["created"], 0) // _DAY_MS
    for credential in facts["credentials"] or ():
        credential["age_days"] = max(now - credential["since"], 0) // _DAY_MS
    return facts


def told(facts: Mapping[str, Any]) -> str:
    """As lines for a person."""
    lines = [f"Keys of {facts['desk']}:"]
    lines += [_key_line(key) for key in facts["keys"]]
    lines += ["Ways to unlock:"]
    lines += [slot_line(slot) for slot in facts["slots"]]
    if facts["credentials"] is None:
        return "\n".join([*lines, "Credentials: shown of an open desk, or with --passphrase-file"])
    lines += ["Credentials:"]
    lines += [
        f"  {one['title']}: {_age(one)}, ends in {one['last_four'] or '(too short to show)'}"
        + (", the old one is still taken beside it" if one["both_until"] else "")
        + f" [{one['name']}]"
        for one in facts["credentials"]
    ]
    return "\n".join([*lines, facts["start"]["sentence"]])


def slot_line(slot: Mapping[str, Any]) -> str:
    """One way to unlock."""
    made, tested = _day(slot["created"]), _day(slot["tested"])
    return f"  {slot['kind']:<10} {slot['slot_id'][:8]}  made {made}, last tested {tested}"


def _key_line(key: Mapping[str, Any]) -> str:
    # The name in brackets is what support, the files and the docs say.
    about = f"{_STATES[key['state']]:<7} number {key['generation']}, {_age(key)}: {key['does']}{_uses(key)}"
    return f"  {key['title']:<20} {about} [{key['name']}]"


def _age(one: Mapping[str, Any]) -> str:
    return "1 day old" if one["age_days"] == 1 else f"{one['age_days']} days old"


def _uses(key: Mapping[str, Any]) -> str:
    return "" if key["uses"] is None else f" ({key['uses']} of them)"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat() if at else "never"
