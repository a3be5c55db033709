"""The export of a person: whole, exact, readable, theirs alone; in the log before it has its name."""

import json
import os
import re
import stat
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from appliance.keeping import export
from appliance.keeping.export import Exported, IncompleteExportError, export_person
from appliance.keeping.finding import UnknownPersonError
from appliance.keeping.readable import page
from appliance.keeping.record import Record
from storage.audit.leaf import Action
from storage.drafts import DraftState
from storage.errors import ExistsError
from storage.ids import new_id
from storage.ledger import NewEntry
from storage.messages import NOT_YET_REDACTED
from storage.plaintext import Plaintext
from storage.replies import ReplyState
from storage.suppressions import StopSource
from storage.vault import Vault
from tests import canaries, desks

AT = desks.NOW + 86_400_000
NAUGHTY = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "naughty_strings.json"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}</p></body>"


@pytest.fixture
def vault(tmp_path: Path) -> Any:
    with desks.a_vault(tmp_path / desks.DESK) as opened:
        yield opened


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "for-ana").mkdir()
    return tmp_path / "for-ana" / "ana.zip"


def said(vault: Vault, *bodies: str, number: str = desks.NUMBER) -> str:
    """Texts of one person, a second apart; their id."""
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault, number=number).id
        for place, body in enumerate(bodies):
            desks.a_message(tx, person, body, received_at=desks.NOW + 1000 * place, arrival=place)
        return person


def record_in(out: Path) -> dict[str, Any]:
    with zipfile.ZipFile(out) as zipped:
        assert zipped.namelist() == ["person.json", "index.html"]
        found: dict[str, Any] = json.loads(zipped.read("person.json"))
        return found


def page_in(out: Path) -> str:
    with zipfile.ZipFile(out) as zipped:
        return zipped.read("index.html").decode()


def test_the_record_has_the_promised_shape_oldest_first(vault: Vault, out: Path) -> None:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault).id
        tx.people.name(person, Plaintext("Ana Ruiz"))
        late = desks.a_message(tx, person, "second", provider_id="SM2", received_at=desks.NOW + 2000)
        desks.a_message(tx, person, "first", provider_id="SM1", received_at=desks.NOW)
        reply = desks.a_reply(tx, person, "between", message=late.id, created_at=desks.NOW + 1000)
        tx.replies.accepted(reply.id, account=desks.ACCOUNT, provider_id="SM9")
        tx.replies.move(reply.id, ReplyState.DELIVERED, at=desks.NOW + 1500)

    exported = export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    record = record_in(out)
    assert exported == Exported(messages=3, drafts=0, departures=0)
    assert (record["number"], record["name"]) == (desks.NUMBER, "Ana Ruiz")
    assert record["messages"] == [
        {"direction": "in", "provider_id": "SM1", "body": "first", "at": "2027-01-15T08:00:00.000Z", "status": "new"},
        {"direction": "out", "provider_id": "SM9", "body": "between", "at": "2027-01-15T08:00:01.000Z",
         "status": "delivered"},
        {"direction": "in", "provider_id": "SM2", "body": "second", "at": "2027-01-15T08:00:02.000Z", "status": "new"},
    ]  # fmt: skip
    assert record["exported_at"] == "2027-01-16T08:00:00.000Z"
    assert record["no_more_texts"] is None


def test_every_message_is_there_and_not_a_page_of_them(vault: Vault, out: Path) -> None:
    bodies = [f"text {n}" for n in range(450)]
    said(vault, *bodies)

    assert export_person(desks.NUMBER, vault=vault, out=out, at=AT).messages == 450
    assert [one["body"] for one in record_in(out)["messages"]] == bodies


def test_they_get_back_what_they_really_wrote(vault: Vault, out: Path) -> None:
    with vault.transaction() as tx:
        person = desks.a_person(tx, vault).id
        desks.a_message(tx, person, "I have [PHI redacted]", original=Plaintext("I have an abscess"), arrival=1)
        desks.a_message(tx, person, NOT_YET_REDACTED, original=Plaintext("the rest"), redacted=False, arrival=2)

    export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert [one["body"] for one in record_in(out)["messages"]] == ["I have an abscess", "the rest"]
    assert "abscess" in page_in(out)


def test_drafts_departures_and_the_stop_are_in_it(vault: Vault, out: Path) -> None:
    person = said(vault, "hello")
    with vault.transaction() as tx:
        message = tx.messages.thread(tx.people.get(desks.a_person(tx, vault).id).id)[0]
        draft = tx.drafts.add(message.person, message.id, new_id(), Plaintext("Nine?"), reason="model", at=desks.NOW)
        tx.drafts.decide(draft.id, DraftState.EDITED, version=1, by="owner", at=desks.NOW + 5)
        entry = NewEntry(
            desks.NOW, "model", "redacted-words", "https", "model.example.com", 443, None, person, None, "POST", "/", 9,
            "0" * 64, Plaintext("[NAME_1] asks"),
        )  # fmt: skip
        tx.ledger.finish(tx.ledger.begin(entry), at=desks.NOW, outcome="answered", status=200, size=1, reason="")
        tx.suppressions.stop(vault.number_index(desks.NUMBER), StopSource.TEXT, at=desks.NOW)

    assert export_person(desks.NUMBER, vault=vault, out=out, at=AT) == Exported(1, 1, 1)

    record = record_in(out)
    assert [(one["body"], one["state"]) for one in record["drafts"]] == [("Nine?", "edited")]
    assert [(one["host"], one["body"], one["outcome"]) for one in record["left_the_building"]] == [
        ("model.example.com", "[NAME_1] asks", "answered")
    ]
    assert record["no_more_texts"] == {"since": "2027-01-15T08:00:00.000Z", "source": "text"}


def test_nobody_elses_words_are_in_it(vault: Vault, out: Path) -> None:
    said(vault, "mine")
    said(vault, "somebody else's", number="+15125550199")

    export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert "somebody" not in json.dumps(record_in(out)) + page_in(out)


@pytest.mark.skipif(not NAUGHTY.is_file(), reason="the naughty strings are not beside the checkout")
def test_every_naughty_string_comes_back_exactly(vault: Vault, out: Path) -> None:
    words = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    said(vault, *words)

    export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert [one["body"] for one in record_in(out)["messages"]] == words
    assert _shown(page_in(out)).count("\n") > 0


def test_what_no_file_can_hold_is_escaped_in_the_record_and_replaced_on_the_page(vault: Vault, out: Path) -> None:
    words = ["\ud83d lone \udc00", "\0 nul", "🦷", "line\r\nbreak\u2028"]
    said(vault, *words)

    export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert [one["body"] for one in record_in(out)["messages"]] == words
    assert "\ufffd lone \ufffd" in page_in(out)
    assert "\0" not in page_in(out)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _shown(page: str) -> str:
    seen = _Seen()
    seen.feed(page)
    return "".join(seen.words)


def test_the_page_runs_nothing_loads_nothing_and_shows_hostile_words_as_words(vault: Vault, out: Path) -> None:
    said(vault, HOSTILE)
    with vault.transaction() as tx:
        tx.people.name(desks.a_person(tx, vault).id, Plaintext(HOSTILE))

    export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    page, seen = page_in(out), _Seen()
    seen.feed(page)
    assert seen.tags == {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "dl", "dt", "dd", "ol", "li", "p", "small",
    }  # fmt: skip
    assert seen.attributes == {"lang", "charset", "http-equiv", "content", "name", "class", "dir"}
    assert "".join(seen.words).count(HOSTILE) == 3
    assert "default-src 'none'" in page
    assert not re.search(r"unsafe|https?:|//", page.replace(HOSTILE, ""))


@pytest.mark.parametrize("spelled", [desks.NUMBER, "15125550123", "(512) 555-0123", " +1 512-555-0123 "])
def test_a_number_is_found_however_it_is_written(vault: Vault, out: Path, spelled: str) -> None:
    said(vault, "hello")

    assert export_person(spelled, vault=vault, out=out, at=AT).messages == 1


@pytest.mark.parametrize("unknown", ["+15125550198", "", "ana", "+"])
def test_a_number_that_never_wrote_is_named_an_error_and_leaves_nothing(vault: Vault, out: Path, unknown: str) -> None:
    said(vault, "hello")

    with pytest.raises(UnknownPersonError) as caught:
        export_person(unknown, vault=vault, out=out, at=AT)

    assert caught.value.exit_code == 1
    assert not unknown or unknown not in caught.value.sentence
    assert list(out.parent.iterdir()) == []
    with vault.look() as tx:
        assert tx.audit.count() == 0


def test_the_log_says_that_it_was_read_and_exported(vault: Vault, out: Path) -> None:
    person = said(vault, "hello", "again")

    export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    with vault.look() as tx:
        read, exported = (json.loads(tx.audit.leaf_body(i)) for i in range(tx.audit.count()))
    assert (read["action"], read["detail"]["shown"], read["actor"]) == (Action.READ, "export", "owner")
    assert (exported["action"], exported["object"]) == (Action.EXPORTED, person)
    assert exported["detail"] == {"messages": 2, "drafts": 0, "departures": 0}


def test_the_file_is_the_owners_alone_and_nothing_else_was_written(
    vault: Vault, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(vault, "zanzibarquartz")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()

    export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in out.parent.iterdir()] == ["ana.zip"]
    assert list((tmp_path / "temporary").iterdir()) == []
    assert canaries.sightings(vault.folder, ["zanzibarquartz"]) == []


def test_what_is_there_already_is_never_overwritten(vault: Vault, out: Path) -> None:
    said(vault, "hello")
    out.write_bytes(b"something of theirs")

    with pytest.raises(ExistsError):
        export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert out.read_bytes() == b"something of theirs"
    assert len(list(out.parent.iterdir())) == 1


def test_a_disk_that_fails_leaves_no_file_and_no_part_of_one(
    vault: Vault, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(vault, "hello")

    def failing(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="No space"):
        export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert list(out.parent.iterdir()) == []


def test_an_export_that_lacks_something_is_not_kept(vault: Vault, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(vault, "hello", "again")
    whole = export._json
    monkeypatch.setattr(export, "_json", lambda record: whole(record).replace(b'"direction"', b'"x"').replace(
        b'"messages": [', b'"messages": [], "more": ['
    ))  # fmt: skip

    with pytest.raises(IncompleteExportError):
        export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert list(out.parent.iterdir()) == []


def test_the_words_are_in_no_repr(vault: Vault, out: Path) -> None:
    said(vault, "zanzibarquartz")
    records = []

    def kept(record: Record) -> str:
        records.append(repr(record))
        return page(record)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "page", kept)
        export_person(desks.NUMBER, vault=vault, out=out, at=AT)

    assert "zanzibarquartz" not in records[0]
    assert desks.NUMBER not in records[0]
