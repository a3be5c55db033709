"""What the newest backup remembers of the log."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.keeping.copy_mark import newest_copy
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.errors import StorageError
from storage.vault import Vault
from tests.appliance.copies.copying import Copying
from tests.standins.clock import FixedClock


def test_the_newest_backup_tells_how_far_the_log_was(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    copying = Copying(vault, clock, tmp_path / "stick")
    assert newest_copy(copying.copies) is None
    with vault.transaction() as tx:
        tx.audit.append(Action.RECEIVED, actor="core", at=clock.now())
        point = sign(tx.audit, vault.keys.signer(), clock.now())
    copying.hourly()

    mark = newest_copy(copying.copies)

    assert mark is not None
    assert (mark.epoch, mark.point.size) == (1, point.size)


def test_a_place_that_is_not_there_is_said(vault: Vault, clock: FixedClock, tmp_path: Path) -> None:
    copying = Copying(vault, clock, tmp_path / "stick")
    copying.hourly()
    (tmp_path / "stick").rename(tmp_path / "pulled out")

    with pytest.raises(StorageError):
        newest_copy(copying.copies)

    assert newest_copy(replace(copying.copies, places=())) is None
