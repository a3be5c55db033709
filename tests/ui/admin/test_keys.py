"""The page on keys: what it shows, what it never shows, and what is said when something does not open."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.ui.admin.browser_words import FORM, with_session
from tests.ui.admin.fake_desk import FakeDesk
from tests.ui.admin.fake_keys import KEYS, PASSPHRASE, SHEET
from ui.admin.guard import form_token

NEW = "three geese in the chapel"


class Owner:
    """Somebody signed in, at the keys."""

    def __init__(self, client: FlaskClient, desk: FakeDesk, cookie: str) -> None:
        self.desk = desk
        self._client = client
        self._cookie = cookie

    def sees(self, query: str = "") -> str:
        return str(self._client.get(f"/keys{query}", headers=with_session(self._cookie)).text)

    def posts(self, where: str, **fields: str) -> TestResponse:
        data = {**fields, "form_token": form_token(self._cookie)}
        return self._client.post(f"/keys/{where}", headers=with_session(self._cookie), content_type=FORM, data=data)


@pytest.fixture
def owner(client: FlaskClient, desk: FakeDesk, cookie: str) -> Owner:
    return Owner(client, desk, cookie)


def test_everything_is_shown_in_plain_words(owner: Owner) -> None:
    page = owner.sees("?said=opens")

    for words in ("Passphrase", "Recovery sheet", "Keystore of this account", "never tested", "9f2c"):
        assert words in page
    for title in ("<b>Person keys</b>", "<b>Texts that come in</b>", "412\N{NO-BREAK SPACE}people", ">old<"):
        assert title in page
    assert page.count("pkek") == page.count('<span class="code">pkek</span>') == 1
    assert "The old one is still taken until" in page
    assert "It opens the desk." in page


@pytest.mark.parametrize(
    ("where", "fields", "call"),
    [
        ("test", {"proof": PASSPHRASE}, ("test", "Dr. Avery")),
        ("test-keystore", {}, ("test-os", "Dr. Avery")),
        ("passphrases", {"proof": PASSPHRASE, "new": NEW, "again": NEW}, ("add-passphrase", "Dr. Avery")),
        ("passphrases/change", {"proof": PASSPHRASE, "new": NEW, "again": NEW}, ("change-passphrase", "Dr. Avery")),
        (f"slots/{KEYS.slots[1].slot_id}/remove", {"proof": PASSPHRASE}, ("remove", "Dr. Avery", "b" * 32)),
        ("credentials/model-key", {"value": "a-new-key-of-the-model"}, ("renew", "Dr. Avery", "model-key")),
    ],
)
def test_what_is_asked_for_is_done_and_shows_the_page_again(
    owner: Owner, where: str, fields: dict[str, str], call: tuple[str, ...]
) -> None:
    answer = owner.posts(where, **fields)

    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/keys")
    assert owner.desk.keys.calls == [call]


def test_a_new_sheet_is_shown_once_with_its_picture(owner: Owner) -> None:
    page = owner.posts("sheets", proof=PASSPHRASE)

    assert page.status_code == 200
    assert all(group in page.text for group in SHEET.groups)
    assert "<svg" in page.text
    assert SHEET.groups[0] not in owner.sees()


@pytest.mark.parametrize(
    ("where", "fields", "status", "words"),
    [
        ("test", {"proof": "not the one"}, 422, "does not open this desk"),
        ("passphrases", {"proof": PASSPHRASE, "new": "short", "again": "short"}, 422, "15 or more"),
        ("passphrases", {"proof": PASSPHRASE, "new": NEW, "again": NEW + "!"}, 422, "not the same"),
        (f"slots/{KEYS.slots[0].slot_id}/remove", {"proof": PASSPHRASE}, 409, "only way"),
        ("keystore", {"proof": PASSPHRASE}, 409, "no keystore"),
        ("credentials/another", {"value": "a-value"}, 422, "no use"),
    ],
)
def test_what_does_not_work_is_said_with_what_to_do_and_nothing_typed_comes_back(
    owner: Owner, where: str, fields: dict[str, str], status: int, words: str
) -> None:
    answer = owner.posts(where, **fields)

    assert (answer.status_code, words in answer.text) == (status, True)
    assert not [value for value in fields.values() if value in answer.text]
    assert owner.desk.keys.calls == []


@pytest.mark.parametrize(("kind", "after_leak"), [("routine", False), ("after-leak", True)])
def test_changing_every_key_signs_out_and_shows_no_link(owner: Owner, kind: str, *, after_leak: bool) -> None:
    assert "Somebody may have a key" in owner.sees("/rotate")

    answer = owner.posts("rotate", kind=kind)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?said=keys")
    assert owner.desk.rotated == ("Dr. Avery", after_leak)
    assert all("Max-Age=0" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert "nightdesk link" not in answer.text


def test_keys_that_are_being_changed_are_not_changed_again(owner: Owner) -> None:
    owner.desk.rotated = ("somebody", False)

    answer = owner.posts("rotate", kind="routine")

    assert answer.status_code == 409
    assert "being changed already" in answer.text
