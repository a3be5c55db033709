"""What was found as plain values, for the command and for a running core that answers it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from appliance.access.sign_in import BY_COMMAND
from appliance.desk import Desk
from appliance.gateways.clock import SystemClock
from appliance.opening.store import open_vault
from appliance.searching.indexing import Indexing
from appliance.searching.search import search
from appliance.views.search import Searched
from storage.keys.secret import SecretBytes
from ui.channel import Message
from ui.control import ask
from ui.only_core import only_core

Ask = Callable[[str, int | None], Mapping[str, Any]]


def found_facts(found: Searched) -> Mapping[str, Any]:
    """One page of what was found."""
    return {
        "results": [
            {
                "id": text.text_id,
                "person": text.person_id,
                "who": text.who.name or f"number ending in {text.who.last_two}",
                "direction": "out" if text.ours else "in",
                "at": text.at,
                "text": text.text,
                "found": [piece for hit, piece in text.pieces if hit],
            }
            for text in found.texts
        ],
        "older": found.older,
        "index": {"ready": found.index.ready, "count": found.index.count, "total": found.index.total},
    }


def search_acts(desk: Desk) -> Mapping[str, Callable[[Message], Mapping[str, Any]]]:
    """What a running core answers to the command."""

    def find(asked: Message) -> Mapping[str, Any]:
        before = asked.get("before")
        return found_facts(
            desk.search(BY_COMMAND, str(asked.get("words", "")), None if before is None else int(before))
        )

    return {"search": find}


@contextmanager
def searching(folder: Path, words: Callable[[], SecretBytes]) -> Iterator[Ask]:
    """Asks the running core, or opens the desk and brings its index up to date first. Raises what opening raises."""
    if ask(folder, {"do": "status"}) is not None:
        yield lambda typed, before: ask(folder, {"do": "search", "words": typed, "before": before}) or {}
        return
    with only_core(folder):
        vault, clock = open_vault(folder, words()), SystemClock()
        try:
            Indexing(vault, clock).whole()
            yield lambda typed, before: found_facts(search(BY_COMMAND, typed, before, vault=vault, clock=clock))
        finally:
            vault.close()
