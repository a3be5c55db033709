"""A locked desk at its page: what is wrong with key or keyring is told apart, and nothing is ever made anew."""

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.desk import Desk
from appliance.egress.barrier import Barrier
from appliance.founding import Founded, found_desk, note_sheet_tested
from appliance.gateways.keystore import NoKeystore
from appliance.line import NoLine
from appliance.opening.store import open_vault
from appliance.settings.read import parse_settings
from storage.check import check_desk
from storage.errors import StorageError
from storage.keys import copies, keyring
from storage.keys.secret import SecretBytes
from storage.rotation.rotate import ask_for, rotate
from tests.appliance.evening import SETTINGS
from tests.desks import PASSPHRASE
from tests.standins.clock import FixedClock
from tests.ui.admin.browser_words import FORM, ORIGIN, OURS, with_session
from ui.admin.app import create_app


@dataclass
class Shop:
    """A real desk, locked, and its unlock page."""

    founded: Founded
    clock: FixedClock

    @property
    def folder(self) -> Path:
        return self.founded.folder

    def desk(self) -> Desk:
        return Desk(
            self.folder, clock=self.clock, line=NoLine(), barrier=Barrier(), keystore=NoKeystore(), opening=False
        )

    def types(self, words: str) -> tuple[int, str]:
        """At the page of a desk that was just started; it is closed again if that opened it."""
        desk = self.desk()
        desk.open_by_itself()
        client: FlaskClient
        try:
            with create_app(desk, origin=ORIGIN).test_client(use_cookies=False) as client:
                answer = client.post("/unlock", headers=OURS, content_type=FORM, data={"passphrase": words})
            return answer.status_code, answer.text
        finally:
            desk.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    return _founded(tmp_path_factory.mktemp("home"), "general")


@pytest.fixture
def shop(made: Founded, tmp_path: Path) -> Shop:
    folder = Path(shutil.copytree(made.folder, tmp_path / made.folder.name))
    return Shop(Founded(made.desk, folder, made.hooks, made.answers, made.sheet), FixedClock())


def _founded(home: Path, kind: str, name: str = "Maple Street Dental") -> Founded:
    source = SETTINGS.format(kind=kind, unattended="approved").replace("Maple Street Dental", name)
    return found_desk(
        home,
        settings=parse_settings(source),
        passphrase=SecretBytes(PASSPHRASE.encode()),
        clock=FixedClock(),
        small_machine=True,
    )


def test_the_passphrase_or_the_groups_of_the_sheet_open_it(shop: Shop) -> None:
    assert shop.types(PASSPHRASE)[0] == 303
    assert shop.types(" ".join(shop.founded.sheet.groups).lower())[0] == 303
    mistyped = ["A" * 5, *shop.founded.sheet.groups[1:]]
    status, said = shop.types(" ".join(mistyped))
    assert (status, "roup 1 of the recovery sheet" in said, "AAAAA" in said) == (403, True, False)
    status, said = shop.types("not the passphrase at all")
    assert (status, "not the passphrase of this desk" in said) == (403, True)


def test_one_bad_copy_opens_and_is_mended(shop: Shop) -> None:
    (shop.folder / "keyring.b").write_bytes(b"bad")

    assert shop.types(PASSPHRASE)[0] == 303
    assert keyring.public_facts(shop.folder).findings == ()


@pytest.mark.parametrize(
    ("harm", "words", "code"),
    [
        ("both bad", "No copy of the keyring is whole", "keyring-damaged"),
        ("both gone", "This desk has no keyring", "keyring-missing"),
        ("another desk's", "belongs to another desk", "keyring-foreign"),
    ],
)
def test_a_keyring_that_cannot_open_is_named_and_nothing_is_made_in_its_place(
    shop: Shop, tmp_path: Path, harm: str, words: str, code: str
) -> None:
    other = _founded(tmp_path / "other", "general", "Oak Lane Vets").folder if harm == "another desk's" else None
    for name in copies.NAMES:
        if harm == "both bad":
            (shop.folder / name).write_bytes(b"bad")
        elif other is None:
            (shop.folder / name).unlink()
        else:
            shutil.copyfile(other / name, shop.folder / name)
    before = sorted((path.name, path.stat().st_size) for path in shop.folder.iterdir() if path.is_file())

    status, said = shop.types(PASSPHRASE)

    assert (status, words in said, "What to do" in said) == (503, True, True)
    desk = shop.desk()
    desk.open_by_itself()
    assert desk.ready().reasons == ("locked", code)
    told = desk.told_status().reasons[-1]
    assert (told.code, bool(told.remedy)) == (code, True)
    assert sorted((path.name, path.stat().st_size) for path in shop.folder.iterdir() if path.is_file()) == before


def test_an_older_pair_that_was_put_back_is_refused_at_the_page(shop: Shop) -> None:
    older = {name: (shop.folder / name).read_bytes() for name in copies.NAMES}
    desk = shop.desk()
    desk.open(SecretBytes(PASSPHRASE.encode()))
    desk.keys.change_passphrase("owner", SecretBytes(PASSPHRASE.encode()), SecretBytes(b"three geese in the chapel"))
    assert [slot.kind for slot in desk.keys.shown().slots] == ["recovery", "passphrase"]
    desk.close()
    assert shop.types(PASSPHRASE)[0] == 403

    for name, content in older.items():
        (shop.folder / name).write_bytes(content)
    status, said = shop.types(PASSPHRASE)

    assert (status, "The keyring is older" in said, "accept-older" in said) == (503, True, True)


def test_an_older_pair_from_before_a_change_of_all_keys_is_not_blamed_on_the_data(shop: Shop) -> None:
    older = {name: (shop.folder / name).read_bytes() for name in copies.NAMES}
    with closing(open_vault(shop.folder, SecretBytes(PASSPHRASE.encode()), alone=shop.clock)) as vault:
        with vault.transaction() as tx:
            ask_for(tx, after_leak=False, actor="owner")
        rotate(vault, now=shop.clock.now())
    newest = {name: (shop.folder / name).read_bytes() for name in copies.NAMES}

    _put(shop, older)
    status, said = shop.types(PASSPHRASE)

    assert (status, "put the newest keyring.a and keyring.b back" in said, "keyring-apart" in said) == (503, True, True)
    report = check_desk(shop.folder, SecretBytes(PASSPHRASE.encode()))
    assert "an older keyring was put back" in next(one.detail for one in report.checks if one.name == "keyring age")
    _put(shop, newest)
    assert shop.types(PASSPHRASE)[0] == 303


def test_a_data_file_that_does_not_open_is_not_blamed_on_the_passphrase(shop: Shop, tmp_path: Path) -> None:
    shutil.copyfile(
        _founded(tmp_path / "other", "general", "Oak Lane Vets").folder / "desk.db", shop.folder / "desk.db"
    )

    status, said = shop.types(PASSPHRASE)

    assert (status, "data-foreign" in said, "desk.db" in said) == (503, True, True)
    assert "not the passphrase of this desk" not in said


def test_a_sheet_that_was_replaced_is_told_from_a_wrong_passphrase(shop: Shop) -> None:
    desk = shop.desk()
    desk.open(SecretBytes(PASSPHRASE.encode()))
    [old] = [slot.slot_id for slot in desk.keys.shown().slots if slot.kind == "recovery"]
    desk.keys.remove("owner", SecretBytes(PASSPHRASE.encode()), old)
    desk.close()

    status, said = shop.types(" ".join(shop.founded.sheet.groups))

    assert (status, "look for the newest recovery sheet" in said) == (403, True)
    assert "not the passphrase of this desk" not in said


def _put(shop: Shop, keyrings: dict[str, bytes]) -> None:
    for name, content in keyrings.items():
        (shop.folder / name).write_bytes(content)


def test_what_an_open_desk_shows_of_its_keys_holds_no_secret(shop: Shop) -> None:
    desk = shop.desk()
    desk.open(SecretBytes(PASSPHRASE.encode()))
    desk.keys.renew_credential("owner", "carrier-token", SecretBytes(b"a-token-that-nobody-may-see-1234"))
    shown = desk.keys.shown()
    status = {part.name: part.sentence for part in desk.told_status().parts}
    desk.close()

    assert [(one.name, one.last_four) for one in shown.credentials] == [("carrier-token", "1234")]
    assert shown.credentials[0].both_until == shop.clock.now() + 3_600_000
    assert "nobody-may-see" not in repr(shown)
    assert {one.name: one.uses for one in shown.keys}["pkek"] == 0
    assert (shown.start.opens, status["Start"]) == (False, shown.start.sentence)


def test_the_page_of_a_real_desk_shows_them_so(shop: Shop) -> None:
    desk = shop.desk()
    desk.open(SecretBytes(PASSPHRASE.encode()))
    try:
        desk.keys.renew_credential("owner", "carrier-token", SecretBytes(b"a-token-that-nobody-may-see-1234"))
        cookie = desk.sign_in(desk.owner_link())
        with create_app(desk, origin=ORIGIN).test_client(use_cookies=False) as client:
            answer = client.get("/keys", headers=with_session(cookie))
    finally:
        desk.close()

    assert answer.status_code == 200
    for words in (
        "Passphrase",
        "Recovery sheet",
        "never tested",
        "1234",
        "still taken until",
        "0\N{NO-BREAK SPACE}people",
    ):
        assert words in answer.text
    assert "nobody-may-see" not in answer.text


def test_the_status_of_a_desk_that_is_being_closed_says_so(shop: Shop) -> None:
    desk = shop.desk()
    desk.open(SecretBytes(PASSPHRASE.encode()))
    try:
        desk.deleting.closing.ask(by="owner")
        [told] = [part for part in desk.told_status().parts if part.name == "Closing"]
    finally:
        desk.close()

    assert (told.ok, "Nothing is answered by itself" in told.sentence) == (False, True)


def test_guesses_at_a_proof_are_slowed_down(shop: Shop) -> None:
    desk = shop.desk()
    desk.open(SecretBytes(PASSPHRASE.encode()))
    try:
        for _ in range(4):
            with pytest.raises(StorageError):
                desk.keys.test_words("owner", SecretBytes(b"not the passphrase at all"))
        with pytest.raises(Exception, match="Too many"):
            desk.keys.test_words("owner", SecretBytes(PASSPHRASE.encode()))
        shop.clock.advance(60_000)
        desk.keys.test_words("owner", SecretBytes(PASSPHRASE.encode()))
        with pytest.raises(Exception, match="no use"):
            desk.keys.renew_credential("owner", "model-key", SecretBytes(b"a-key"))
    finally:
        desk.close()


def test_two_groups_that_came_back_date_the_sheet(shop: Shop) -> None:
    shop.clock.advance(5)

    note_sheet_tested(shop.founded, clock=shop.clock)

    assert keyring.public_facts(shop.folder).slots[1].tested == shop.clock.now()
    assert shop.types(PASSPHRASE)[0] == 303
