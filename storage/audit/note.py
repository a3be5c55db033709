"""Signed checkpoints as text: C2SP signed-note around C2SP tlog-checkpoint, one Ed25519 signature of the desk.

    nightdesk/<desk>
    <number of leaves>
    <root, base64>
                                                        an empty line
    — nightdesk/<desk> <base64 of key id (4 B), signature (64 B)>

Nothing but this one form is written; other signatures, of witnesses say, are passed over when it is read.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.audit.tree import HASH_BYTES
from storage.errors import CheckpointError
from storage.keys.signer import AuditSigner

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_SIGNATURE_BYTES = 64
_DASH = "\N{EM DASH} "
_LONGEST = 16 * 1024
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a note signs: so many leaves have this root."""

    desk: str
    size: int
    root: bytes

    def text(self) -> str:
        """The signed text (tlog-checkpoint)."""
        return f"{origin(self.desk)}\n{self.size}\n{_base64(self.root)}\n"


def origin(desk: str) -> str:
    """The name of the log and of its key."""
    return f"nightdesk/{desk}"


def verifier_key(desk: str, public_key: bytes) -> str:
    """The public key as signed-note tools take it: <name>+<key id>+<base64>."""
    return f"{origin(desk)}+{_key_id(origin(desk), public_key).hex()}+{_base64(_ED25519 + public_key)}"


def signed_note(point: Checkpoint, signer: AuditSigner) -> str:
    """The checkpoint with the desk's signature."""
    return signed_text(point.text(), signer, desk=point.desk)


def signed_text(text: str, signer: AuditSigner, *, desk: str) -> str:
    """Any text with the desk's signature. Its first line must say what it is, so that it passes for nothing else."""
    signature = _key_id(origin(desk), signer.public_key) + signer.sign(text.encode())
    return f"{text}\n{_DASH}{origin(desk)} {_base64(signature)}\n"


def parse_and_verify(note: str, *, desk: str, public_keys: Sequence[bytes]) -> Checkpoint:
    """The checkpoint that one of the desk's keys signed. Raises CheckpointError.

    1. the form: text, empty line, signature lines
    2. a signature by one of these keys over the very text
    3. only then the text: origin, size, root
    """
    return _parsed(verified_text(note, desk=desk, public_keys=public_keys), desk)  # 3


def verified_text(note: str, *, desk: str, public_keys: Sequence[bytes]) -> str:
    """What one of the desk's keys signed, of whatever kind: look at its first line. Raises CheckpointError."""
    text, block = _parts(note)  # 1
    if not any(_verifies(line, text, desk, public_keys) for line in block):  # 2
        raise CheckpointError("a checkpoint is not signed by a key of this desk")
    return text


def _parts(note: str) -> tuple[str, list[str]]:
    head, gap, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not gap or len(note) > _LONGEST or lines.pop() != "" or not all(line.startswith(_DASH) for line in lines):
        raise CheckpointError("a checkpoint is not a signed note")
    return head + "\n", lines


def _verifies(line: str, text: str, desk: str, public_keys: Sequence[bytes]) -> bool:
    name, _, spelled = line.removeprefix(_DASH).partition(" ")
    try:
        signature = base64.b64decode(spelled, validate=True)
    except ValueError:
        raise CheckpointError("a signature of a checkpoint is not base64") from None
    for key in public_keys:
        if name != origin(desk) or signature[:_KEY_ID_BYTES] != _key_id(name, key):
            continue
        # A signature that claims to be by a known key and is not makes the whole note bad.
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature[_KEY_ID_BYTES:], text.encode())
        except (InvalidSignature, UnicodeEncodeError):
            raise CheckpointError("the signature of a checkpoint does not hold") from None
        return True
    return False


def _parsed(text: str, desk: str) -> Checkpoint:
    # Further lines are extensions; they are signed, and this release knows none.
    name, size, root, *_ = [*text.split("\n"), "", ""]
    try:
        digest = base64.b64decode(root, validate=True)
    except ValueError:
        digest = b""
    if name != origin(desk) or not _SIZE.fullmatch(size) or len(digest) != HASH_BYTES or _base64(digest) != root:
        raise CheckpointError("a checkpoint does not say what a checkpoint of this desk says")
    return Checkpoint(desk, int(size), digest)


def _key_id(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_BYTES]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
