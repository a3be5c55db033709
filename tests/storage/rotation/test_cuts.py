"""A rotation that is cut off anywhere: the desk opens with everything in it, and the rotation comes to its end."""

import random
from pathlib import Path

import pytest

from storage.keys.keytable import KeyName
from storage.rotation.rotate import asked, rotate
from storage.rotation.standing import resume, standing, tidy_archive
from storage.vault import Vault
from tests.storage.rotation import cuts

A_TENTH = 6
KINDS = pytest.mark.parametrize("after_leak", [False, True], ids=["routine", "after a leak"])


@KINDS
def test_a_cut_at_some_writes_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after_leak: bool
) -> None:
    taken = cuts.cuts_of(tmp_path, monkeypatch, after_leak=after_leak)
    late = taken[-14:-1]  # where files are exchanged and keys change their state

    for copy in {*random.Random(7).sample(taken, A_TENTH), *random.Random(8).sample(late, 4)}:
        _goes_on(copy)


@pytest.mark.long
@KINDS
def test_a_cut_at_any_write_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after_leak: bool) -> None:
    for copy in cuts.cuts_of(tmp_path, monkeypatch, after_leak=after_leak):
        _goes_on(copy)


def _goes_on(folder: Path) -> None:
    # Before anybody mends anything: what `verify` sees.
    keys = cuts.keys_of(folder)
    as_it_lies = Vault(folder, keys, stands=standing(folder, keys))
    cuts.is_sound(as_it_lies)
    as_it_lies.close()

    vault = Vault(folder, resume(folder, cuts.keys_of(folder), now=cuts.LATER))
    cuts.is_sound(vault)
    rotate(vault, now=cuts.LATER)
    cuts.is_sound(vault)
    with vault.look() as tx:
        assert asked(tx) is None
        # As the chore of the keeping times does every ten minutes.
        tidy_archive(folder, [file.id for file in tx.archive.files()])
    assert vault.keys.key(KeyName.DB).generation == 2
    assert vault.keys.ring.root.generation == 2
    assert not vault.keys.pending
    vault.close()

    cuts.is_tidy(folder)
    with cuts.opened(folder) as again:
        cuts.is_sound(again)
