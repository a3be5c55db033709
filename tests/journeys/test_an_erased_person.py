"""Somebody is deleted from a desk that runs: their words are nowhere, others' are where they were, the proof holds."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.opening.store import open_vault
from storage.audit.note import verifier_key
from storage.database import look
from storage.errors import ErasedError
from storage.keys.secret import SecretBytes
from storage.people import PersonId
from storage.reading import Reading, Shown
from storage.spool.reader import SpoolReader
from storage.vault import DESK_FILE, PERSONS_FILE, Vault
from tests.journeys.canary import found
from tests.journeys.house import DESK, PASSPHRASE, House, a_house
from tests.standins.twilio import TwilioStandIn

MARKED, OTHER = "+15125550123", "+15125550199"
CANARY = "zanzibarquartz"
VERIFIER = Path(__file__).parents[2] / "packaging" / "verify_certificate.py"


def a_vault(folder: Path) -> Vault:
    return open_vault(folder, SecretBytes(PASSPHRASE.encode()))


def in_clear(folder: Path) -> bool:
    """Whether a column of any table, read with the desk's own key, holds the word or anything sealed for the person."""
    vault = a_vault(folder)
    try:
        with look(dict(vault.engines())[DESK_FILE]) as connection:
            tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            rows = [row for name in tables for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]  # noqa: S608
        return CANARY in repr(rows) or MARKED in repr(rows)
    finally:
        vault.close()


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as standin:
        yield standin


def test_a_marked_person_is_deleted_beside_a_running_desk(twilio: TwilioStandIn, tmp_path: Path) -> None:
    with a_house(tmp_path / "house", api_base=twilio.url, kind="general") as house:
        house.start()
        for body in (f"{CANARY} one", f"{CANARY} two"):
            assert house.carrier.text(body, sender=MARKED).status == 200
        assert house.carrier.text("somebody else's", sender=OTHER).status == 200
        house.wait_for(lambda: house.counts().get("texts in") == 3, "the texts")
        house.wait_for(lambda: bool(twilio.creations), "a reply")
        older = tmp_path / "older"
        shutil.copytree(house.desk_folder, older / DESK, ignore=shutil.ignore_patterns("run", "*.lock", "core.json"))
        certificate = tmp_path / "certificate.txt"

        dry = house.command("person", "erase", MARKED, "--dry-run", "--json", locked=True)
        assert dry.json["would_erase"] == 1
        said = house.command(
            "person", "erase", MARKED, "--yes", "--certificate-out", certificate, "--json", locked=True
        )

        assert said.code == 0, said.err
        assert len(said.json["erasures"]) == 1
        assert "redacted" in certificate.read_text()
        assert house.command("person", "export", MARKED, "--out", tmp_path / "x.zip").code == 1
        assert [one["body"] for one in house.messages_of(OTHER) if one["direction"] == "in"] == ["somebody else's"]
        house.wait_for(lambda: all(not one.body for one in twilio.creations if one.to == MARKED), "the carrier")
        # Afterwards they are somebody new.
        assert house.carrier.text("good morning", sender=MARKED).status == 200
        house.wait_for(lambda: house.counts().get("texts in") == 4, "a new text")
        assert [one["body"] for one in house.messages_of(MARKED) if one["direction"] == "in"] == ["good morning"]
        assert house.stop().code == 0
        _nothing_opens(house, older, certificate)


def _nothing_opens(house: House, older: Path, certificate: Path) -> None:
    assert house.verify()["ok"]
    assert list(found([CANARY], [house.folder])) == []
    assert not in_clear(house.desk_folder)
    vault = a_vault(house.desk_folder)
    try:
        key = verifier_key(DESK, vault.keys.audit_public_keys()[0])
        letters = [one.letter for one in _spool_of(vault, house).read_after(0, 100)]
    finally:
        vault.close()
    assert CANARY not in repr([one.fields for one in letters])
    assert sum(one.struck for one in letters) >= 2
    done = subprocess.run(
        [sys.executable, VERIFIER, certificate, "--key", key, "--json"], capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["ok"], done.stdout
    # The data of before with the person keys of today.
    mixed = older / DESK
    for name in ("", "-wal", "-shm"):
        (mixed / f"{PERSONS_FILE}{name}").unlink(missing_ok=True)
    shutil.copy(house.desk_folder / PERSONS_FILE, mixed / PERSONS_FILE)
    for name in ("keyring.a", "keyring.b"):
        shutil.copy(house.desk_folder / name, mixed / name)
    vault = a_vault(mixed)
    try:
        person = json.loads(done.stdout)["object"]
        with vault.reading() as tx, pytest.raises(ErasedError):
            tx.readings.open(Reading("x", Shown.EXPORT, 1_800_000_000_000), [tx.people.get(PersonId(person)).number])
    finally:
        vault.close()


def _spool_of(vault: Vault, house: House) -> SpoolReader:
    return SpoolReader(house.desk_folder / "spool", identities=vault.keys.intake_identities())


def test_without_a_running_desk_and_with_days_to_undo(tmp_path: Path) -> None:
    with a_house(tmp_path / "house", kind="general", unattended="nothing") as house:
        house.start()
        assert house.carrier.text(f"{CANARY} one", sender=MARKED).status == 200
        assert house.carrier.text("somebody else's", sender=OTHER).status == 200
        house.wait_for(lambda: house.counts().get("texts in") == 2, "the texts")
        assert house.stop().code == 0
        listed = tmp_path / "list.csv"
        listed.write_text("name,phone\nAna,(512) 555-0123\nnobody,+15125550177\nagain,5125550123\nwrong,abc\n")

        asked = house.command("person", "erase", "--csv", listed, "--dry-run", "--json")
        assert [one["found"] for one in asked.json["lines"]] == ["found", "not-found", "doubled", "refused"]
        assert [one["line"] for one in asked.json["lines"]] == [2, 3, 4, 5]
        assert house.command("person", "erase", "--csv", listed, "--undo-days", "30", "--yes").code == 0
        assert house.command("person", "export", MARKED, "--out", tmp_path / "x.zip").code == 1

        assert house.command("person", "restore", MARKED).code == 0
        assert len(house.messages_of(MARKED)) == 1
        assert house.command("person", "restore", MARKED).code == 1

        assert house.command("person", "erase", MARKED, "--yes").code == 0
        assert house.command("person", "erase", MARKED, "--yes").code == 1
        assert "deleted for good" in house.command("person", "deleted").out
        assert house.command("person", "erase").code == 2
        assert not in_clear(house.desk_folder)
        assert house.verify()["ok"]
