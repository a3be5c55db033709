"""Nobody is locked to us: the public tools open what the keyring holds."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from storage.keys import agekeys, keyring
from storage.keys.keytable import KeyName
from tests.storage.keys.conftest import Made


def parts(made: Made) -> tuple[bytes, dict[str, str]]:
    said = json.loads((made.folder / "keyring.b").read_bytes().split(b"\n")[1])
    return base64.b64decode(said["root"]["age"]), {key["name"]: key["wrapped"] for key in said["keys"]}


def opened_by_age(sealed: bytes, identity: str, folder: Path) -> bytes:
    (folder / "root.age").write_bytes(sealed)
    (folder / "identity.txt").write_text(identity + "\n", encoding="ascii")
    command = ["age", "--decrypt", "--identity", str(folder / "identity.txt"), str(folder / "root.age")]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


@pytest.mark.age
def test_the_public_age_tool_opens_the_root_key_with_the_key_printed_on_the_sheet(made: Made, tmp_path: Path) -> None:
    root, _ = parts(made)
    printed = made.sheet.text().splitlines()[-1].strip()

    assert opened_by_age(root, printed, tmp_path) == keyring.unlock(made.folder, recovery=made.typed).root.reveal()


@pytest.mark.age
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_with_age_and_openssl_alone_an_owner_gets_at_the_database_key(made: Made, tmp_path: Path) -> None:
    sealed, wrapped = parts(made)
    root = opened_by_age(sealed, agekeys.spelled(made.sheet.identity), tmp_path)

    command = ["openssl", "enc", "-d", "-id-aes256-wrap", "-K", root.hex(), "-iv", "A6A6A6A6A6A6A6A6"]
    unwrapped = subprocess.run(
        command, input=bytes.fromhex(wrapped["db"]), check=True, capture_output=True, timeout=60
    ).stdout

    assert unwrapped == keyring.unlock(made.folder, recovery=made.typed).key(KeyName.DB).secret.reveal()


@pytest.mark.age
def test_what_the_public_age_tool_seals_to_the_intake_key_opens_here(made: Made) -> None:
    keys = keyring.unlock(made.folder, recovery=made.typed)

    command = ["age", "--encrypt", "--recipient", keys.intake_recipient]
    sealed = subprocess.run(command, input=b"a letter", check=True, capture_output=True, timeout=60).stdout

    assert agekeys.open_with(keys.key(KeyName.INTAKE).secret, sealed).reveal() == b"a letter"
