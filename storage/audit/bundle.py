"""The evidence bundle: one zip with every leaf, every checkpoint, and the verifier that a stranger checks them with.

    manifest        a signed text: what the bundle is, and the digest of each other file
    keys            every public key that ever signed, the newest first, as signed-note tools take it
    checkpoints     every signed checkpoint, oldest first
    tile/entries/…  the leaves, 256 a file (C2SP tlog-tiles: each with its length in two bytes before it)
    tile/0/…        of leaves that are no longer kept, their hashes
    certificates/…  of erasures, where there are any: signed texts of their own
    verify_bundle.py, README.txt

It holds ids, codes, counts and times; no words, names or numbers, as the log holds none.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from types import MappingProxyType
from typing import BinaryIO

from storage.audit.check import StoredNote
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.audit.log import AuditLog
from storage.audit.note import signed_text, verifier_key
from storage.keys.signer import AuditSigner

TILE = 256
_LEVEL = 6
# The same content is the same file, whenever and wherever it is made.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_README = """\
This is the log of the desk {desk}: what was done, when, by whom, without a word that anybody wrote.

To check it, with Python 3.10 or newer and nothing else:

    python verify_bundle.py <this file>.zip --key '<the public key of the desk>'

Take the key from the desk itself, not from this file: whoever made another bundle would have put another key into it.
Add `--checkpoint mails.txt` with checkpoints from older mails of the desk, and it is proven that the log still holds
what they signed. You may read the program first, or use your own copy of it.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What a bundle holds."""

    leaves: int
    first: int
    checkpoints: int
    key: str


def export_evidence(
    log: AuditLog, signer: AuditSigner, out: BinaryIO, *, actor: str, now: int, older_keys: Sequence[bytes] = ()
) -> Exported:
    """Write the bundle, its own leaf and a checkpoint over all of it included. Raises AuditError, CheckpointError."""
    announce(log, signer, actor=actor, now=now, older_keys=older_keys)
    return write_bundle(log, signer, out, now=now, older_keys=older_keys)


def announce(
    log: AuditLog, signer: AuditSigner, *, actor: str, now: int, older_keys: Sequence[bytes] = ()
) -> StoredNote:
    """The leaf of an export and a checkpoint over it. Raises AuditError, CheckpointError."""
    log.append(Action.LOG_EXPORTED, actor=actor, at=now, detail={"purpose": "evidence"})
    return sign(log, signer, now, older_keys=older_keys)


def write_bundle(
    log: AuditLog,
    signer: AuditSigner,
    out: BinaryIO,
    *,
    now: int,
    older_keys: Sequence[bytes] = (),
    certificates: Mapping[str, bytes] = MappingProxyType({}),
) -> Exported:
    """The bundle up to the newest checkpoint. It only looks, so that the desk goes on while a long log is written.

    `certificates` are further signed texts by name; the manifest vouches for them.
    """
    stored = list(log.notes())
    notes, size, first = [note.text for note in stored], stored[-1].size, log.first()
    keys = [verifier_key(log.desk, key) for key in dict.fromkeys((signer.public_key, *older_keys))]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        listed = [
            _put(archive, "README.txt", _README.format(desk=log.desk).encode()),
            _put(archive, "verify_bundle.py", files("storage.audit").joinpath("verify.py").read_bytes()),
            _put(archive, "keys", "".join(f"{key}\n" for key in keys).encode()),
            _put(archive, "checkpoints", "\n".join(notes).encode()),
        ]
        listed += [_put(archive, f"certificates/{name}", text) for name, text in certificates.items()]
        hashes = (log.node(0, k) for k in range(first))
        listed += [_put(archive, *tile) for tile in _tiles("0", 0, hashes)]
        entries = (len(body).to_bytes(2, "big") + body for body in islice(log.bodies(), size - first))
        listed += [_put(archive, *tile) for tile in _tiles("entries", first // TILE, entries)]
        head = f"nightdesk bundle 1\ndesk {log.desk}\nmade {now}\nleaves {size} from {first}\n"
        _put(archive, "manifest", signed_text(head + "".join(listed), signer, desk=log.desk).encode())
    return Exported(size, first, len(notes), keys[0])


def tile_path(kind: str, number: int, width: int) -> str:
    """Where C2SP tlog-tiles keeps a tile: 1234067 is x001/x234/067; one that is not full ends in .p/ and its width."""
    path = f"{number % 1000:03}"
    while number := number // 1000:
        path = f"x{number % 1000:03}/{path}"
    return f"tile/{kind}/{path}" + ("" if width == TILE else f".p/{width}")


def _tiles(kind: str, number: int, parts: Iterator[bytes]) -> Iterator[tuple[str, bytes]]:
    while tile := list(islice(parts, TILE)):
        yield tile_path(kind, number, len(tile)), b"".join(tile)
        number += 1


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> str:
    """Write one file; returns its line of the manifest."""
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
    return f"file {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n"
