"""Published answers, met by the very parts that the vault uses."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from storage.audit import note, tree
from storage.keys import bech32, slots
from storage.keys.keytable import Key, KeyName, KeyState
from storage.keys.persons import unwrap, wrap
from storage.keys.secret import SecretBytes
from storage.keys.signer import AuditSigner
from storage.sealing import _cipher

ANSWERS = json.loads(Path(__file__).with_name("known_answers.json").read_text(encoding="ascii"))


def test_a_person_key_is_wrapped_as_rfc_3394_section_4_6_says() -> None:
    kek = Key(KeyName.PKEK, "0" * 32, 1, SecretBytes(bytes(range(32))), 0, KeyState.ACTIVE, 0)
    dek = SecretBytes(bytes.fromhex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f"))

    wrapped = wrap(dek, kek)

    assert wrapped.hex() == "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    assert unwrap(wrapped, kek) == dek


@pytest.mark.parametrize("case", ANSWERS["aes_256_gcm"]["cases"])
def test_the_sealing_cipher_is_aes_256_gcm(case: dict[str, str]) -> None:
    key, nonce, plain, bound = (bytes.fromhex(case[name]) for name in ("key", "nonce", "plain", "bound"))

    made = _cipher(SecretBytes(key)).encrypt(nonce, plain, bound)

    assert made.hex() == case["sealed"] + case["tag"]


@pytest.mark.parametrize("case", ANSWERS["ed25519"]["cases"])
def test_the_signer_is_ed25519_as_rfc_8032_says(case: dict[str, str]) -> None:
    signer = AuditSigner(SecretBytes(bytes.fromhex(case["seed"])), key_id="0" * 32)

    assert signer.public_key.hex() == case["public"]
    assert signer.sign(bytes.fromhex(case["message"])).hex() == case["signature"]


def test_the_derivation_of_a_slot_is_argon2id_as_rfc_9106_says() -> None:
    work = Argon2id(
        salt=b"\x02" * 16, length=32, iterations=3, lanes=4, memory_cost=32, ad=b"\x04" * 12, secret=b"\x03" * 8
    )

    tag = work.derive(b"\x01" * 32)

    assert tag.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_a_slot_derives_what_the_reference_implementation_derives() -> None:
    # Made with the reference C code: argon2 -id -t 3 -m 16 -p 4 -l 32, version 0x13.
    derived = slots._derive(SecretBytes(b"five plain words do well"), b"0123456789abcdef", slots.SMALL_MACHINE)

    assert derived.hex() == "6f97df5c64721df6bde9775277fd5b816ff1a2cbc12920797ac021f151735a11"


# BIP 173: valid strings, then ones that must be refused.
@pytest.mark.parametrize(
    ("prefix", "text"),
    [
        ("a", "A12UEL5L"),
        ("a", "a12uel5l"),
        (
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio",
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        ),
    ],
)
def test_bech32_reads_what_bip_173_calls_valid(prefix: str, text: str) -> None:
    assert bech32.decode(prefix, text) == b""


@pytest.mark.parametrize(
    "text", ["pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "a12UEL5L"]
)
def test_bech32_refuses_what_bip_173_calls_invalid(text: str) -> None:
    with pytest.raises(bech32.Bech32Error):
        bech32.decode(text.lower().rpartition("1")[0], text)


def test_the_id_of_a_note_key_is_that_of_the_signed_note_specification() -> None:
    # The example key of Go's sumdb/note, where the form of signed notes comes from.
    marked = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")

    assert note._key_id("PeterNeumann", marked[1:]).hex() == "c74f20a3"


def test_the_tree_has_the_roots_of_certificate_transparency() -> None:
    edge = tree.Frontier()
    roots = [edge.root().hex()]

    for leaf in ANSWERS["merkle_tree"]["leaves"]:
        edge.add(tree.leaf_hash(bytes.fromhex(leaf)))
        roots.append(edge.root().hex())

    assert roots == ANSWERS["merkle_tree"]["roots"]
