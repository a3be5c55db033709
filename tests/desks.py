"""Vaults for tests: real keys, real SQLCipher, in a folder of the test's own; one template a run, copied for each."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from storage.ids import new_id
from storage.keys import keyring
from storage.keys.opened import OpenKeys
from storage.keys.reading import open_by_root
from storage.keys.secret import SecretBytes
from storage.messages import Message, NewMessage
from storage.people import Person, PersonId
from storage.plaintext import Plaintext
from storage.replies import NewReply, ReplyKind, SentReply
from storage.vault import Transaction, Vault

DESK = "maple"
NOW = 1_800_000_000_000
ACCOUNT = "AC00000000000000000000000000000000"
NUMBER = "+15125550123"
PASSPHRASE = "a lantern under the seventh stair"


@dataclass(frozen=True, slots=True)
class _Template:
    """A desk that nobody wrote to yet, and the root key that opens it without the cost of its passphrase."""

    folder: Path
    root: SecretBytes
    # Removed with the run that made it.
    parent: "tempfile.TemporaryDirectory[str]"


@cache
def _template(desk: str) -> _Template:
    parent = tempfile.TemporaryDirectory(prefix="nightdesk-template-")
    folder = Path(parent.name) / desk
    # The small profile: the least that a keyring accepts, still half a second.
    secret = SecretBytes(PASSPHRASE.encode())
    keys, _ = keyring.create(folder, desk=desk, passphrase=secret, now=NOW, small_machine=True)
    root = SecretBytes(keys.root.reveal())
    Vault(folder, keys, create=True).close()
    return _Template(folder, root, parent)


def a_folder(folder: Path, *, desk: str = DESK) -> Path:
    """The closed files of a fresh desk, put into `folder`."""
    shutil.copytree(_template(desk).folder, folder, dirs_exist_ok=True)
    return folder


def keys_of(folder: Path, *, desk: str = DESK) -> OpenKeys:
    """The keys of a desk that `a_folder` made."""
    return open_by_root(folder, _template(desk).root, desk=desk)


@contextmanager
def a_vault(folder: Path, *, desk: str = DESK) -> Iterator[Vault]:
    """A fresh desk in `folder`, open."""
    with opened(a_folder(folder, desk=desk), desk=desk) as vault:
        yield vault


@contextmanager
def opened(folder: Path, *, desk: str = DESK) -> Iterator[Vault]:
    """A desk that is there already, open once more."""
    vault = Vault(folder, keys_of(folder, desk=desk))
    try:
        yield vault
    finally:
        vault.close()


def a_person(tx: Transaction, vault: Vault, *, number: str = NUMBER, at: int = NOW) -> Person:
    """Whoever has that number."""
    return tx.people.find_or_make(Plaintext(number), vault.number_index(number), at=at)


def new_message(person: PersonId, body: str = "Are you open on Sunday?", **other: Any) -> NewMessage:
    """What intake would hand over; each with its own id of the carrier's unless one is given."""
    values: dict[str, Any] = {
        "account": ACCOUNT,
        "provider_id": f"SM{new_id()}",
        "original": None,
        "body_digest": "0" * 64,
        "received_at": NOW,
        "imported_at": NOW,
        "arrival": 1,
        "late": False,
        "redacted": True,
        "optout": False,
        "emergency": None,
        "junk": False,
        "language": "en",
    }
    return NewMessage(person=person, body=Plaintext(body), **(values | other))


def a_message(tx: Transaction, person: PersonId, body: str = "Are you open on Sunday?", **other: Any) -> Message:
    return tx.messages.add(new_message(person, body, **other))


def new_reply(person: PersonId, body: str = "We open at eight.", **other: Any) -> NewReply:
    """What answering or staff would queue."""
    values: dict[str, Any] = {"kind": ReplyKind.ANSWER, "body_digest": "0" * 64, "created_at": NOW}
    return NewReply(person=person, body=Plaintext(body), **(values | other))


def a_reply(tx: Transaction, person: PersonId, body: str = "We open at eight.", **other: Any) -> SentReply:
    reply = tx.replies.add(new_reply(person, body, **other))
    assert reply is not None
    return reply
