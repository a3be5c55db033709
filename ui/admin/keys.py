"""Keys: what opens the desk, how old its keys are, and the secrets of other services. No secret is ever shown here."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response

from appliance.gateways.keystore import KeystoreError
from appliance.keyholding.credentials import CredentialError
from appliance.keyholding.printed import qr_svg
from appliance.keyholding.rotating import RotatingError
from appliance.views.refusals import NotAcceptable, NotPossible
from storage.errors import NightdeskError, PassphraseError, SlotError, WrongKeyError
from storage.keys.secret import SecretBytes
from ui.admin import cookies
from ui.admin.forms import Field
from ui.admin.guard import place
from ui.admin.page import page, see
from ui.admin.route import Call, Route

_SAID = {"said": Field("note", 24, pattern="opens|added|changed|removed|renewed", optional=True)}
_PROOF = Field("passphrase or recovery sheet", 2048)
_NEW = Field("new passphrase", 256)
_ADD = {"proof": _PROOF, "new": _NEW, "again": Field("new passphrase, once more", 256)}
_KIND = {"kind": Field("kind", 16, pattern="routine|after-leak")}
_KEPT = {"value": Field("new key or token", 4096, trimmed=True)}


def show(call: Call) -> Response:
    """Everything, oldest things last."""
    desk = call.desk
    return page("keys/keys.html", call, shown=desk.keys.shown(), rotation=desk.rotation(), said=call.text("said"))


def test(call: Call) -> Response:
    """Show that a passphrase or a sheet still opens the desk."""
    with _in_plain_words("proof"):
        call.desk.keys.test_words(call.reader.name, _secret(call, "proof"))
    return see("keys", said="opens")


def test_keystore(call: Call) -> Response:
    """The same for the keystore of the account the desk runs under."""
    with _in_plain_words(""):
        call.desk.keys.test_os(call.reader.name)
    return see("keys", said="opens")


def add_passphrase(call: Call) -> Response:
    """One more passphrase."""
    _must_be_same(call)
    with _in_plain_words("new"):
        call.desk.keys.add_passphrase(call.reader.name, _secret(call, "proof"), _secret(call, "new"))
    return see("keys", said="added")


def change_passphrase(call: Call) -> Response:
    """A new passphrase in the place of the one that is typed."""
    _must_be_same(call)
    with _in_plain_words("new"):
        call.desk.keys.change_passphrase(call.reader.name, _secret(call, "proof"), _secret(call, "new"))
    return see("keys", said="changed")


def add_keystore(call: Call) -> Response:
    """From now on the keystore opens the desk, where it may."""
    with _in_plain_words("proof"):
        call.desk.keys.add_os(call.reader.name, _secret(call, "proof"))
    return see("keys", said="added")


def add_sheet(call: Call) -> Response:
    """A new recovery sheet, shown this once."""
    with _in_plain_words("proof"):
        sheet = call.desk.keys.add_recovery(call.reader.name, _secret(call, "proof"))
    return page("keys/sheet.html", call, sheet=sheet, picture=qr_svg(sheet))


def remove(call: Call, slot: str) -> Response:
    """It opens nothing any more. The passphrase that is typed for it is the confirmation."""
    with _in_plain_words("proof"):
        call.desk.keys.remove(call.reader.name, _secret(call, "proof"), slot)
    return see("keys", said="removed")


def renew(call: Call, name: str) -> Response:
    """A new key or token for another service, in use from the next call on."""
    with _in_plain_words("value"):
        call.desk.keys.renew_credential(call.reader.name, name, _secret(call, "value"))
    return see("keys", said="renewed")


def choose_rotation(call: Call) -> Response:
    """The two ways to change every key, and what each does. Nothing is done here."""
    return page("keys/rotate.html", call, rotation=call.desk.rotation())


def rotate(call: Call) -> Response:
    """Change every key. Whoever asked is signed out like everybody, and gets no link here: who holds a stolen session
    would get it too. The command and the tray give one, to the owner's account on this machine.
    """
    try:
        call.desk.rotate_keys(call.reader, call.text("kind") == "after-leak")
    except RotatingError as error:
        raise NotPossible(_sentence(error), remedy=_remedy(error)) from None
    answer = see("sign-in", said="keys")
    cookies.take_back(answer, place().origin)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _secret(call: Call, name: str) -> SecretBytes:
    return SecretBytes(call.text(name).encode())


def _must_be_same(call: Call) -> None:
    if call.text("new") != call.text("again"):
        raise NotAcceptable(
            "The two new passphrases are not the same.", field="again", remedy="Go back and type both again."
        )


@contextmanager
def _in_plain_words(field: str) -> Iterator[None]:
    """What the keys refuse, as something that a person got wrong or that cannot be done now."""
    try:
        yield
    except (WrongKeyError, PassphraseError, CredentialError) as error:
        raise NotAcceptable(_sentence(error), field=field, remedy=_remedy(error)) from None
    except (SlotError, KeystoreError) as error:
        raise NotPossible(_sentence(error), remedy=_remedy(error)) from None


def _sentence(error: NightdeskError) -> str:
    return f"{error.sentence[:1].upper()}{error.sentence[1:]}."


def _remedy(error: NightdeskError) -> str:
    return f"{error.remedy[:1].upper()}{error.remedy[1:]}." if error.remedy else "Go back and try again."


ROUTES = (
    Route("GET", "/keys", "keys", show, query=_SAID),
    Route("GET", "/keys/rotate", "keys.choose-rotation", choose_rotation),
    Route("POST", "/keys/rotate", "keys.rotate", rotate, form=_KIND),
    Route("POST", "/keys/test", "keys.test", test, form={"proof": _PROOF}),
    Route("POST", "/keys/test-keystore", "keys.test-keystore", test_keystore),
    Route("POST", "/keys/passphrases", "keys.add-passphrase", add_passphrase, form=_ADD),
    Route("POST", "/keys/passphrases/change", "keys.change-passphrase", change_passphrase, form=_ADD),
    Route("POST", "/keys/keystore", "keys.add-keystore", add_keystore, form={"proof": _PROOF}),
    Route("POST", "/keys/sheets", "keys.add-sheet", add_sheet, form={"proof": _PROOF}),
    Route("POST", "/keys/slots/<ident:slot>/remove", "keys.remove", remove, form={"proof": _PROOF}),
    Route("POST", "/keys/credentials/<ident:name>", "keys.renew", renew, form=_KEPT),
)
