"""What the door needs to know of its desk: public facts only, in `door.json`, written by the core."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from storage.errors import NightdeskError

_FILE = "door.json"


class DoorFactsError(NightdeskError):
    """`door.json` is missing or not as the core writes it."""

    code = "door-facts"
    exit_code = 5


@dataclass(frozen=True, slots=True)
class DoorFacts:
    """`recipient` is the public half of the intake key (age1…), `public_url` where the carrier reaches this door."""

    desk: str
    public_url: str
    account_sid: str
    number: str
    recipient: str
    port: int

    @property
    def hooks(self) -> str:
        """The path that the desk's two hooks stand under."""
        return f"/hooks/{self.desk}/"


def facts_path(folder: Path) -> Path:
    return folder / _FILE


def write_facts(folder: Path, facts: DoorFacts) -> None:
    """Replace the file in one step, so that a door that starts meanwhile reads the old facts or the new."""
    fresh = facts_path(folder).with_suffix(".new")
    fresh.write_text(json.dumps(asdict(facts), indent=1) + "\n", encoding="utf-8")
    fresh.replace(facts_path(folder))


def read_facts(folder: Path) -> DoorFacts:
    """Raises DoorFactsError."""
    try:
        values = json.loads(facts_path(folder).read_text(encoding="utf-8"))
    except OSError:
        raise _broken("is not there") from None
    except ValueError:
        raise _broken("is not as the core writes it") from None
    wanted = {field.name: field.type for field in fields(DoorFacts)}
    if not isinstance(values, dict) or {name: type(value) for name, value in values.items()} != wanted:
        raise _broken("is not as the core writes it")
    return DoorFacts(**values)


def _broken(what: str) -> DoorFactsError:
    return DoorFactsError(
        f"{_FILE} of the desk {what}", remedy="start the desk with `nightdesk serve`, which writes it"
    )
