"""Which sets stay, and sweeping away what no set needs: every set of the last two days, then one a day, for 30 days."""

from storage.copies.manifest import Manifest
from storage.copies.shelf import KEYS, PERSONS, PIECES, SETS, Shelf, time_of
from storage.errors import DamagedError

_DAY = 24 * 3_600_000
EVERY_SET_MS = 2 * _DAY
KEPT_MS = 30 * _DAY
_ALWAYS = 2


def kept(names: tuple[str, ...], now: int) -> frozenset[str]:
    """The sets that stay. The newest two stay however old they are."""
    newest_of_day = {time_of(name) // _DAY: name for name in sorted(names)}
    staying = set(sorted(names)[-_ALWAYS:])
    for name in names:
        age = now - time_of(name)
        if age <= EVERY_SET_MS or (age <= KEPT_MS and newest_of_day[time_of(name) // _DAY] == name):
            staying.add(name)
    return frozenset(staying)


def tidy(shelf: Shelf, now: int) -> int:
    """Remove old sets, then every piece and keyring that none of the others names. How many files went.

    Where one of those that stay cannot be read, nothing but old sets goes: what it needs is not known.
    """
    for folder in (SETS, PIECES, KEYS, PERSONS):
        shelf.place.sweep(shelf.path(folder))
    names = shelf.sets()
    staying = kept(names, now)
    gone = [name for name in names if name not in staying]
    for name in gone:
        shelf.place.remove(shelf.path(SETS, f"{name}.set"))
    try:
        left: list[Manifest] = [shelf.manifest(name) for name in staying]
    except DamagedError:
        return len(gone)
    needed = {piece.name for manifest in left for piece in manifest.pieces()}
    needed |= {manifest.keyring.name for manifest in left}
    unused = [
        shelf.path(folder, one.name)
        for folder in (PIECES, KEYS)
        for one in shelf.place.names(shelf.path(folder))
        if one.name not in needed
    ]
    for path in unused:
        shelf.place.remove(path)
    return len(gone) + len(unused)
