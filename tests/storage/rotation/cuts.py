"""A desk whose keys are rotated, and its folder as it is after every write of that: what a kill there leaves behind."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from storage.archive_file import ARCHIVE_FOLDER, NO_FILE_BEFORE, read_archive, write_archive
from storage.audit.checkpoint import sign
from storage.credentials import CredentialName
from storage.keys import keyring
from storage.keys.copies import NAMES, read_copies
from storage.keys.keytable import KeyState
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.retention import Past
from storage.rotation.rotate import ask_for, rotate
from storage.sample import sealed_values
from storage.suppressions import StopSource
from storage.vault import Vault
from tests import desks

DESK = desks.DESK
LATER = desks.NOW + 60_000
TOKEN = b"what the carrier knows us by"
WORDS = {f"+1512555010{place}": f"Is {place} o'clock possible?" for place in range(3)}
STOPPED = "+15125550109"
FILES = {"desk.db", "persons.db", ARCHIVE_FOLDER, *NAMES}


@cache
def template() -> tuple[Path, SecretBytes]:
    """A desk with people in it, and the identity of its sheet, which opens it at once whatever its root is."""
    parent = tempfile.mkdtemp(prefix="nightdesk-rotation-")
    folder = Path(parent) / DESK
    secret = SecretBytes(desks.PASSPHRASE.encode())
    keys, sheet = keyring.create(folder, desk=DESK, passphrase=secret, now=desks.NOW, small_machine=True)
    vault = Vault(folder, keys, create=True)
    with vault.transaction() as tx:
        tx.credentials.put(CredentialName.CARRIER_TOKEN, SecretBytes(TOKEN), at=desks.NOW)
        for number, words in WORDS.items():
            person = desks.a_person(tx, vault, number=number)
            desks.a_message(tx, person.id, words, body_digest=vault.digest(Plaintext(words)))
            desks.a_reply(tx, person.id, f"Yes: {words}", body_digest=vault.digest(Plaintext(words)))
        gone = desks.a_person(tx, vault, number=STOPPED)
        desks.a_message(tx, gone.id, "stop")
        tx.suppressions.stop(vault.number_index(STOPPED), StopSource.TEXT, at=desks.NOW)
        sign(tx.audit, keys.signer(), desks.NOW)
        person = desks.a_person(tx, vault, number=next(iter(WORDS)))
        kept = tx.messages.thread(person.id)[0]
        assert kept.body is not None
        past = Past(kept.id, person.id, desks.NOW, (kept.body,))
        file = write_archive(folder, [past], desk=DESK, before=None, at=desks.NOW)
        tx.archive.add(file)
        tx.archive.add(write_archive(folder, [past, past], desk=DESK, before=file, at=desks.NOW))
    vault.person_keys.destroy([gone.id], at=desks.NOW)
    vault.close()
    return folder, sheet.identity


def a_desk(folder: Path) -> Path:
    """Its closed files in `folder`."""
    shutil.copytree(template()[0], folder, dirs_exist_ok=True)
    return folder


def keys_of(folder: Path) -> OpenKeys:
    return keyring.unlock_by_identity(folder, template()[1], desk=DESK)


@contextmanager
def opened(folder: Path) -> Iterator[Vault]:
    vault = Vault(folder, keys_of(folder))
    try:
        yield vault
    finally:
        vault.close()


def asked(vault: Vault, *, after_leak: bool) -> None:
    with vault.transaction() as tx:
        ask_for(tx, after_leak=after_leak, actor="owner")


@dataclass
class Cuts:
    """Copies of a folder, one for each write."""

    folder: Path
    into: Path
    taken: list[Path] = field(default_factory=list)

    def take(self) -> None:
        copy = self.into / f"cut-{len(self.taken)}" / DESK
        shutil.copytree(self.folder, copy)
        self.taken.append(copy)


def cuts_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after_leak: bool) -> list[Path]:
    """The folder as it is after each write, sync, rename, removal and step of one rotation."""
    folder = a_desk(tmp_path / DESK)
    cuts = Cuts(folder, tmp_path)

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **named: Any) -> Any:
            done = real(*args, **named)
            cuts.take()
            return done

        return act

    with opened(folder) as vault:
        asked(vault, after_leak=after_leak)
        cuts.take()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", watched(os.fsync))
            patch.setattr(Path, "replace", watched(Path.replace))
            patch.setattr(Path, "unlink", watched(Path.unlink))
            rotate(vault, now=LATER, told=lambda *_: cuts.take())
        cuts.take()
    return cuts.taken


def is_sound(vault: Vault) -> None:
    """Every word is readable, every number found, the stop holds, the log verifies."""
    found = {}
    with vault.reading() as tx:
        for number, words in WORDS.items():
            person = tx.people.find(vault.number_index(number))
            assert person is not None
            (message,) = tx.messages.thread(person.id)
            assert message.body_digest == vault.digest(Plaintext(words))
            assert message.body is not None
            found[number] = tx.readings.one(Reading("owner", Shown.THREAD, LATER), message.body).text
        assert tx.suppressions.of(vault.number_index(STOPPED)) is not None
        token = tx.credentials.get(CredentialName.CARRIER_TOKEN)
        assert token is not None
        assert token.reveal() == TOKEN
    assert found == WORDS
    for sealed in sealed_values(vault, full=True):
        vault.prove(sealed)
    with vault.look() as tx:
        files = tx.archive.files()
        assert [file.previous for file in files] == [NO_FILE_BEFORE, files[0].digest]
        for file in files:
            for entry in read_archive(vault.folder, file, desk=DESK):
                vault.prove(entry.sealed)
        tx.audit.check(*vault.keys.audit_public_keys())


def is_tidy(folder: Path) -> None:
    """One active key of a name, both copies say the same, and no file that does not belong."""
    left = {path.name for path in folder.iterdir()}
    assert {name.removesuffix("-wal").removesuffix("-shm") for name in left} == FILES
    assert [path.suffix for path in (folder / ARCHIVE_FOLDER).iterdir()] == [".archive"] * 2
    rings = [copy.ring for copy in read_copies(folder)]
    one, other = rings
    assert one is not None
    assert other is not None
    assert {key.id for key in one.keys if key.wrapped} == {key.id for key in other.keys if key.wrapped}
    assert one.root.generation == other.root.generation
    active = [key.name for key in one.keys if key.state is KeyState.ACTIVE]
    assert len(active) == len(set(active)) == 8


def sealed_of(vault: Vault) -> int:
    """How many sealed values open."""
    count = 0
    for sealed in sealed_values(vault, full=True):
        vault.prove(sealed)
        count += 1
    return count
