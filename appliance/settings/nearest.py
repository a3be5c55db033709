"""The name somebody probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The closest of the known names, or None when nothing is close."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(given.casefold(), list(folded), n=1, cutoff=0.5)
    return folded[close[0]] if close else None
