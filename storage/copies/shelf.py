"""One desk's copies at one place: sets, pieces, keyrings, copies of the person keys, and the mark of the epoch.

nightdesk-<id>/sets/<time>-<random>.set       what a set is made of; sealed, marked by the desk
pieces/<random>                pages of desk.db, settings, archive files; sealed
keys/<time>-<random>.keys      the keyring of that time, sealed to the recovery sheets alone
persons/<time>-<random>.copy   the person keys, apart from all else; the newest three
epoch                          which restoring of the desk is the newest that was seen here
"""

import hashlib
import hmac
from datetime import UTC, datetime

from storage.copies.manifest import Manifest, Piece, decode, encode
from storage.copies.place import PieceMissingError, Place
from storage.errors import DamagedError
from storage.ids import new_id
from storage.keys.copies_seal import CopiesSeal
from storage.keys.secret import SecretBytes

BEGINNING = "nightdesk-"
SETS, PIECES, KEYS, PERSONS, EPOCH = "sets", "pieces", "keys", "persons", "epoch"
_SECOND = 1000


class Shelf:
    """The copies of one desk at one place. Raises PlaceError where the place cannot be used."""

    def __init__(self, place: Place, seal: CopiesSeal, *, id: str) -> None:  # noqa: A002 - it is one
        self.place = place
        self.seal = seal
        self.root = f"{BEGINNING}{id}"

    def path(self, folder: str, name: str = "") -> str:
        return "/".join(part for part in (self.root, folder, name) if part)

    # -- sets -----------------------------------------------------------------------------------------------------

    def sets(self) -> tuple[str, ...]:
        """The names of all sets, oldest first."""
        held = self.place.names(self.path(SETS))
        return tuple(one.name.removesuffix(".set") for one in held if one.name.endswith(".set"))

    def manifest(self, name: str) -> Manifest:
        """Raises DamagedError, PieceMissingError."""
        return decode(self.place.read(self.path(SETS, f"{name}.set")), self.seal, name=name)

    def newest(self) -> tuple[Manifest | None, tuple[str, ...]]:
        """The newest set that can be read, and the names of younger ones that cannot."""
        bad: list[str] = []
        for name in reversed(self.sets()):
            try:
                return self.manifest(name), tuple(bad)
            except DamagedError:
                bad.append(name)
        return None, tuple(bad)

    def put_set(self, manifest: Manifest) -> int:
        """Put it there; how many bytes it has."""
        sealed = encode(manifest, self.seal)
        self.place.write(self.path(SETS, f"{manifest.name}.set"), sealed)
        return len(sealed)

    def next_name(self, now: int, names: tuple[str, ...]) -> str:
        """A name that sorts behind all that are there, whatever became of the clock."""
        stamp = _stamp(now)
        if names and names[-1] >= stamp:
            last = datetime.strptime(names[-1][:16], _FORM).replace(tzinfo=UTC)
            stamp = _stamp(int(last.timestamp() * _SECOND) + _SECOND)
        return f"{stamp}-{new_id()[:8]}"

    # -- pieces ---------------------------------------------------------------------------------------------------

    def put(self, folder: str, piece: Piece, sealed: bytes) -> None:
        self.place.write(self.path(folder, piece.name), sealed)

    def sealed(self, folder: str, piece: Piece) -> bytes:
        """The sealed bytes of a piece, proven to be those that were written. Raises DamagedError."""
        sealed = self.place.read(self.path(folder, piece.name))
        if len(sealed) != piece.size or hashlib.sha256(sealed).hexdigest() != piece.digest:
            raise DamagedError(f"piece {piece.name} is not what was written")
        return sealed

    def open(self, piece: Piece) -> bytes:
        """What is in a piece. Raises DamagedError."""
        return self.seal.open(self.sealed(PIECES, piece))

    # -- the epoch ------------------------------------------------------------------------------------------------

    def put_epoch(self, epoch: int, *, key: SecretBytes) -> None:
        """`key` is one that outlives every change of keys: two machines must read each other's mark."""
        text = str(epoch)
        self.place.write(self.path(EPOCH), f"{text} {_mac(text, key)}\n".encode())

    def epoch(self, *, key: SecretBytes) -> int | None:
        """The newest epoch that was seen at this place; None where nothing was. Raises DamagedError."""
        try:
            told = self.place.read(self.path(EPOCH))
        except PieceMissingError:
            return None
        text, _, mac = told.decode("ascii", "replace").strip().partition(" ")
        if not text.isdecimal() or not hmac.compare_digest(_mac(text, key).encode(), mac.encode()):
            raise DamagedError("the mark of the epoch at a place was not written by this desk")
        return int(text)


_FORM = "%Y%m%dT%H%M%SZ"


def _stamp(at: int) -> str:
    return datetime.fromtimestamp(at / _SECOND, UTC).strftime(_FORM)


def time_of(name: str) -> int:
    """When the set of that name was begun, in milliseconds; 0 for a name of another form."""
    try:
        return int(datetime.strptime(name[:16], _FORM).replace(tzinfo=UTC).timestamp() * _SECOND)
    except ValueError:
        return 0


def _mac(text: str, key: SecretBytes) -> str:
    return hmac.new(key.reveal(), f"nightdesk epoch 1 {text}".encode(), hashlib.sha256).hexdigest()


def piece_of(sealed: bytes, *, name: str = "") -> Piece:
    """How a manifest names those bytes."""
    return Piece(name or new_id(), hashlib.sha256(sealed).hexdigest(), len(sealed))
