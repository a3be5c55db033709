"""Words that are gone are told of wherever they stood: thread, export, ledger, pages; nothing fails."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.answering.case import read_case
from appliance.keeping.export import export_person
from appliance.keeping.limits import DAY
from appliance.staff.inbox import inbox
from appliance.staff.outside import crossing
from appliance.staff.thread import thread
from appliance.views.people import Reader
from appliance.views.thread import MessageShown, ReplyShown
from storage.ledger import NewEntry
from storage.plaintext import Plaintext
from storage.vault import Vault
from tests.appliance.keeping.keepers import a_conversation, a_keeper
from tests.desks import NUMBER, a_message
from tests.standins.clock import FixedClock
from tests.ui.admin.fake_desk import FakeDesk
from ui.admin.app import create_app
from ui.admin.cookies import secure_name

OWNER = Reader("owner", "owner", "0" * 64)
WORDS = "Is the crown still under warranty?"


@pytest.fixture
def entry(vault: Vault, clock: FixedClock) -> str:
    """A prompt that left, in the ledger."""
    message, _ = a_conversation(vault, clock.now() - 91 * DAY, WORDS)
    with vault.transaction() as tx:
        about = ("model", "redacted-thread", "https", "model.example", 443, None, tx.messages.get(message).person, None)
        at = clock.now() - 91 * DAY
        return tx.ledger.begin(NewEntry(at, *about, "POST", "/v1", 9, "0" * 64, Plaintext("the prompt")))


@pytest.fixture
def person(vault: Vault, clock: FixedClock, entry: str) -> str:
    """Somebody whose old words are gone, and who wrote again."""
    a_keeper(vault, clock).chore()
    with vault.transaction() as tx:
        found = tx.people.find(vault.number_index(NUMBER))
        assert found is not None
        a_message(tx, found.id, "hello again", received_at=clock.now())
        return found.id


def test_a_thread_says_when_words_were_removed(vault: Vault, clock: FixedClock, person: str) -> None:
    shown = thread(OWNER, person, vault=vault, clock=clock)

    old, reply, new = shown.items
    assert isinstance(old, MessageShown)
    assert isinstance(reply, ReplyShown)
    assert isinstance(new, MessageShown)
    assert (old.body, old.removed_at, old.archived) == ("", clock.now(), False)
    assert (reply.body, reply.removed_at, reply.proposed) == ("", clock.now(), None)
    assert (new.body, new.removed_at) == ("hello again", None)
    assert inbox(OWNER, vault=vault, clock=clock).answered[0].line == ""


def test_the_ledger_says_so_too(vault: Vault, clock: FixedClock, entry: str, person: str) -> None:
    shown = crossing(OWNER, entry, vault=vault, clock=clock)

    assert (shown.sent, shown.removed_at) == (None, clock.now())
    assert shown.digest == "0" * 64


def test_an_export_says_what_was_there(vault: Vault, clock: FixedClock, person: str, tmp_path: Path) -> None:
    export_person(NUMBER, vault=vault, out=tmp_path / "out.zip", at=clock.now())

    with zipfile.ZipFile(tmp_path / "out.zip") as packed:
        told, page = json.loads(packed.read("person.json")), packed.read("index.html").decode()
    old, reply, new = told["messages"]
    assert old["body"] is None
    assert reply["body"] is None
    assert old["body_removed_at"].startswith("2027-")
    assert (new["body"], "body_removed_at" in new) == ("hello again", False)
    assert told["left_the_building"][0]["body"] is None
    assert page.count("The words were removed on") == 3
    assert "in_archive" not in old


def test_a_run_is_shown_only_the_words_that_are_there(vault: Vault, clock: FixedClock, person: str) -> None:
    with vault.reading() as tx:
        found = tx.people.find(vault.number_index(NUMBER))
        assert found is not None
        case = read_case(tx, tx.messages.thread(found.id)[-1], at=clock.now())

    assert [turn.words.text for turn in case.turns] == ["hello again"]


@pytest.mark.parametrize("archived", [False, True])
def test_the_page_tells_it_in_words(*, archived: bool) -> None:
    desk = FakeDesk()
    shown = desk.threads["p-dana"]
    gone = {"body": "", "removed_at": desk.now(), "archived": archived}
    items = tuple(replace(item, **gone) for item in shown.items)  # type: ignore[arg-type]
    drafts = tuple(replace(draft, body="", removed_at=desk.now()) for draft in shown.drafts)
    desk.threads["p-dana"] = replace(shown, items=items, drafts=drafts)
    desk.tokens.add("token")
    origin = "http://nightdesk.localhost:8400"
    cookie = desk.sign_in("token")
    app = create_app(desk, origin=origin)

    with app.test_client(use_cookies=False) as client:
        headers = {"Host": "nightdesk.localhost:8400", "Cookie": f"{secure_name(origin)}={cookie}"}
        answer = client.get("/people/p-dana", headers=headers)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count("as your keeping time says") == len(items) + len(drafts)
    assert ('href="/archive/people/p-dana"' in page) is archived
