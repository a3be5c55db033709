"""What the status page says of the index."""

from typing import Final

from appliance.searching.search import index_shown
from appliance.views.search import IndexShown
from appliance.views.status import Part
from storage.vault import Vault

CHORE: Final = "search"
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    CHORE: (
        "What people wrote cannot be searched just now, or the newest texts are not found yet. Nothing is lost.",
        "If it stays so: end Nightdesk, delete search.db in the desk's folder, and start it. It is built anew.",
    ),
}


def part(vault: Vault, *, failing: bool) -> Part:
    """How many texts can be found."""
    return Part("Search", not failing, sentence_of(index_shown(vault)))


def sentence_of(index: IndexShown) -> str:
    """How far it is."""
    if index.ready:
        return "One text can be found." if index.count == 1 else f"{index.count:,} texts can be found."
    return f"The index is being built: {index.count:,} of {index.total:,} texts can be found."
