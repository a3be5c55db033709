import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.audit import tree
from storage.audit.note import Checkpoint, parse_and_verify, signed_note, verifier_key
from storage.errors import CheckpointError
from storage.keys.secret import SecretBytes
from storage.keys.signer import AuditSigner

DESK = "maple-street"
SIGNER = AuditSigner(SecretBytes(b"s" * 32), key_id="1" * 32)
OLDER = AuditSigner(SecretBytes(b"o" * 32), key_id="2" * 32)
POINT = Checkpoint(DESK, 12, tree.leaf_hash(b"x"))
NOTE = signed_note(POINT, SIGNER)


def resigned(text: str, signer: AuditSigner = SIGNER) -> str:
    """Any text, signed as the desk would sign it."""
    key_id = bytes.fromhex(verifier_key(DESK, signer.public_key).split("+")[1])
    signature = base64.b64encode(key_id + signer.sign(text.encode())).decode()
    return f"{text}\n— nightdesk/{DESK} {signature}\n"


def test_a_note_is_laid_out_as_the_two_specifications_say() -> None:
    text, _, line = NOTE.partition("\n\n")
    dash, name, spelled = line.rstrip("\n").split(" ")
    raw = base64.b64decode(spelled)
    key_id = hashlib.sha256(b"nightdesk/maple-street\n\x01" + SIGNER.public_key).digest()[:4]

    assert text.split("\n") == ["nightdesk/maple-street", "12", base64.b64encode(POINT.root).decode()]
    assert (dash, name) == ("—", "nightdesk/maple-street")
    assert (raw[:4], len(raw)) == (key_id, 68)
    Ed25519PublicKey.from_public_bytes(SIGNER.public_key).verify(raw[4:], (text + "\n").encode())


def test_the_public_key_is_spelled_for_other_tools() -> None:
    name, key_id, spelled = verifier_key(DESK, SIGNER.public_key).split("+", 2)

    assert name == "nightdesk/maple-street"
    assert base64.b64decode(spelled) == b"\x01" + SIGNER.public_key
    assert base64.b64decode(NOTE.rstrip("\n").rsplit(" ", 1)[1])[:4].hex() == key_id


def test_a_note_verifies_with_the_key_that_signed_it_among_others() -> None:
    keys = [OLDER.public_key, SIGNER.public_key]

    assert parse_and_verify(NOTE, desk=DESK, public_keys=keys) == POINT
    assert parse_and_verify(signed_note(POINT, OLDER), desk=DESK, public_keys=keys) == POINT


def test_signatures_of_witnesses_are_passed_over() -> None:
    witness = "— witness.example/w " + base64.b64encode(b"\0" * 72).decode() + "\n"
    text, block = NOTE.split("\n\n")

    for note in (NOTE + witness, f"{text}\n\n{witness}{block}"):
        assert parse_and_verify(note, desk=DESK, public_keys=[SIGNER.public_key]) == POINT


def test_signed_extension_lines_are_passed_over() -> None:
    assert parse_and_verify(resigned(POINT.text() + "later 1\n"), desk=DESK, public_keys=[SIGNER.public_key]) == POINT


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        POINT.text(),
        POINT.text() + "\n",
        NOTE.rstrip("\n"),
        NOTE + "\n",
        NOTE + "more\n",
        NOTE.replace("—", "-"),
        NOTE.replace("12\n", "13\n"),
        NOTE.replace("maple", "apple", 1),
        NOTE.replace("maple", "apple"),
        NOTE[:-8] + "AAAAAA=\n",
        NOTE[:-4] + "*==\n",
        NOTE.replace("\n", "\r\n"),
        signed_note(POINT, OLDER),
        signed_note(Checkpoint("oak-lane", 12, POINT.root), SIGNER),
        "x" * 20_000 + NOTE,
        "\ud800\n" + NOTE,
        resigned("nightdesk/maple-street\n12\n"),
        resigned("nightdesk/maple-street\n"),
        resigned("nightdesk/oak-lane\n12\n" + base64.b64encode(POINT.root).decode() + "\n"),
        resigned("nightdesk/maple-street\n012\n" + base64.b64encode(POINT.root).decode() + "\n"),
        resigned("nightdesk/maple-street\n-1\n" + base64.b64encode(POINT.root).decode() + "\n"),
        resigned("nightdesk/maple-street\n12\nshort\n"),
        resigned("nightdesk/maple-street\n12\n" + base64.b64encode(POINT.root).decode()[:-2] + "9=\n"),
        resigned("nightdesk/maple-street\n12\n\u00e9\n"),
    ],
)
def test_what_this_desk_did_not_sign_is_refused(note: str) -> None:
    with pytest.raises(CheckpointError) as caught:
        parse_and_verify(note, desk=DESK, public_keys=[SIGNER.public_key])

    assert caught.value.exit_code == 5


def test_without_a_key_nothing_verifies() -> None:
    with pytest.raises(CheckpointError):
        parse_and_verify(NOTE, desk=DESK, public_keys=[])
