"""`nightdesk keys`: the keys of a desk, how old they are, and the ways to unlock it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from appliance.gateways.clock import SystemClock
from storage.keys.keyring import PublicFacts, public_facts
from ui.commands.options import answer, folder_of, home_option, json_option

_DAY_MS = 24 * 60 * 60 * 1000


@click.group()
def keys() -> None:
    """The keys of a desk: list them, change them, and the ways to unlock it."""


@keys.command("list")
@home_option
@json_option
def list_(home: Path, desk_name: str | None, as_json: bool) -> None:
    """Every key with its age, generation and state, and every way to unlock. Needs no passphrase; shows no secret."""
    folder = folder_of(home, desk_name)
    facts = _facts(public_facts(folder, desk=folder.name), SystemClock().now())
    answer(as_json, facts, _told(facts))


def _facts(ring: PublicFacts, now: int) -> dict[str, Any]:
    return {
        "desk": ring.desk,
        "keys": [
            {
                "name": key.name.value,
                "id": key.id,
                "generation": key.generation,
                "state": key.state.value,
                "created": key.created,
                "changed": key.changed,
                "age_days": max(now - key.created, 0) // _DAY_MS,
            }
            for key in ring.keys
        ],
        "slots": [
            {"id": slot.id, "kind": slot.kind.value, "created": slot.created, "tested": slot.tested}
            for slot in ring.slots
        ],
    }


def _told(facts: dict[str, Any]) -> str:
    lines = [f"Keys of {facts['desk']}:"]
    lines += [
        f"  {key['name']:<8} {key['state']:<8} generation {key['generation']}, {key['age_days']} days old"
        for key in facts["keys"]
    ]
    lines += ["Ways to unlock:"]
    lines += [
        f"  {slot['kind']:<10} {slot['id'][:8]}  made {_day(slot['created'])}, last tested {_day(slot['tested'])}"
        for slot in facts["slots"]
    ]
    return "\n".join(lines)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat() if at else "never"
