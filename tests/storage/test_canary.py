"""No word that goes through the vault is in any file of the desk, however it might be spelled there."""

from pathlib import Path

from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.credentials import CredentialName
from storage.ids import new_id
from storage.jobs import JobKind
from storage.keys.secret import SecretBytes
from storage.ledger import NewEntry
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.runs import Run, RunId
from storage.suppressions import StopSource
from storage.vault import Vault
from tests import canaries, desks

WORD = "zanzibarquartz"
NUMBER = "+15125550142"


def _everything(vault: Vault) -> None:
    said = Plaintext(f"the {WORD} said so")
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault, number=NUMBER).id
        tx.people.name(person, said)
        tx.people.preview(person, said)
        message = desks.a_message(tx, person, said.text, original=said, body_digest=vault.digest(said))
        reply = desks.a_reply(tx, person, said.text, body_digest=vault.digest(said))
        tx.drafts.add(person, message.id, new_id(), said, reason="model", at=desks.NOW)
        run = Run(RunId(new_id()), person, message.id, "message", "held", (), "offline", desks.NOW, desks.NOW)
        tx.runs.add(run, prompt=said)
        tx.placeholders.put(person, said, at=desks.NOW)
        entry = NewEntry(
            desks.NOW, "model", "redacted-words", "https", "model.example.com", 443, None, person, run.id, "POST", "/",
            9, "0" * 64, said,
        )  # fmt: skip
        tx.ledger.begin(entry)
        tx.credentials.put(CredentialName.MODEL_KEY, SecretBytes(WORD.encode()), at=desks.NOW)
        tx.suppressions.stop(vault.number_index(NUMBER), StopSource.TEXT, at=desks.NOW)
        tx.jobs.add(JobKind.SEND, reply.id, due=desks.NOW, at=desks.NOW)
        tx.alerts.raise_(AlertKind.STAFF, "model-down", subject=person, at=desks.NOW)
        tx.audit.append(Action.RECEIVED, message.id, actor="intake", at=desks.NOW)
        tx.readings.open(Reading("owner", Shown.ORIGINAL, desks.NOW, reason=said.text), [message.body, reply.body])


def test_no_word_and_no_number_is_in_any_file_while_open_or_after(tmp_path: Path) -> None:
    with desks.a_vault(tmp_path) as vault:
        _everything(vault)
        open_files = canaries.sightings(tmp_path, [WORD, NUMBER, NUMBER[2:]])

    assert open_files == []
    assert canaries.sightings(tmp_path, [WORD, NUMBER, NUMBER[2:]]) == []


def test_inside_the_encryption_too_nothing_of_a_person_is_in_the_clear(vault: Vault) -> None:
    _everything(vault)

    with dict(vault.engines())["desk.db"].connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        rows = repr([connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in tables])  # noqa: S608

    assert "intake" in rows
    assert WORD not in rows
    assert NUMBER[2:] not in rows


def test_the_search_itself_finds_a_word_in_each_spelling(tmp_path: Path) -> None:
    for number, spelled in enumerate(canaries.spellings(WORD)):
        (tmp_path / f"{number}.bin").write_bytes(b"\x80" * 4095 + spelled + b"\x81")

    assert len(canaries.sightings(tmp_path, [WORD])) == len(canaries.spellings(WORD)) >= 8
