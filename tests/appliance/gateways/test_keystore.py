"""The keystore of the system: a real Secret Service, and what is said where there is none that can be used."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import secretstorage
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringError, KeyringLocked

from appliance.gateways.keystore import (
    Keystore,
    KeystoreAbsentError,
    KeystoreError,
    KeystoreFaultyError,
    KeystoreLockedError,
    NoKeystore,
    OsKeystore,
)
from tests.standins.secret_service import secret_service

VALUE = bytes(range(32))


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with secret_service(tmp_path / "s") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield tmp_path / "s"


class Shelf(KeyringBackend):
    """A keystore that fails in the way it is told to."""

    priority = 1

    def __init__(self, *, fails: Exception | None = None, gives: str | None = None, hangs: bool = False) -> None:
        self._fails, self._gives, self._hangs = fails, gives, hangs

    def get_password(self, service: str, username: str) -> str | None:
        self._misbehave()
        return self._gives

    def set_password(self, service: str, username: str, password: str) -> None:
        self._misbehave()

    def _misbehave(self) -> None:
        if self._hangs:
            threading.Event().wait(2)
        if self._fails is not None:
            raise self._fails


@pytest.mark.keystore
def test_what_is_put_into_a_real_secret_service_is_there_for_the_next_process_too(service: Path) -> None:
    OsKeystore().put("maple os 1", VALUE)
    OsKeystore().put("maple os 1", VALUE[::-1])
    OsKeystore().put("oak os 1", b"")

    assert OsKeystore().get("maple os 1") == VALUE[::-1]
    assert OsKeystore().get("oak os 1") == b""
    assert OsKeystore().get("elm os 1") is None


@pytest.mark.keystore
def test_what_is_removed_is_gone_and_removing_again_is_well(service: Path) -> None:
    OsKeystore().put("maple os 1", VALUE)

    OsKeystore().remove("maple os 1")
    OsKeystore().remove("maple os 1")

    assert OsKeystore().get("maple os 1") is None


@pytest.mark.keystore
def test_environment_and_config_of_keyring_are_not_heard(service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = service / "python_keyring"
    config.mkdir()
    (config / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(service))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", "/org/freedesktop/secrets/collection/session")

    OsKeystore().put("maple os 1", VALUE)

    assert OsKeystore().get("maple os 1") == VALUE
    (service / "data" / "keyrings" / "login.keyring").stat()


@pytest.mark.keystore
def test_a_locked_keystore_is_told_and_nobody_is_asked(service: Path) -> None:
    bus = secretstorage.dbus_init()
    secretstorage.get_default_collection(bus).lock()
    bus.close()

    with pytest.raises(KeystoreLockedError) as refused:
        OsKeystore().get("maple os 1")

    assert "sign in" in refused.value.remedy


@pytest.mark.keystore
def test_a_keystore_that_keeps_in_memory_only_is_none(service: Path) -> None:
    bus = secretstorage.dbus_init()
    secretstorage.get_default_collection(bus).delete()
    bus.close()

    with pytest.raises(KeystoreAbsentError):
        OsKeystore().put("maple os 1", VALUE)


def test_without_a_message_bus_there_is_no_keystore(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")

    with pytest.raises(KeystoreAbsentError):
        OsKeystore().get("maple os 1")


def test_on_a_platform_without_one_there_is_no_keystore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "sunos5")

    with pytest.raises(KeystoreAbsentError):
        OsKeystore().get("maple os 1")


def test_where_the_library_of_the_platform_is_missing_there_is_no_keystore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "appliance.gateways.secret_service", None)

    with pytest.raises(KeystoreAbsentError):
        OsKeystore().get("maple os 1")


def test_an_entry_that_does_not_go_is_told() -> None:
    keystore = OsKeystore(lambda: Shelf(gives="AAAA"))

    with pytest.raises(KeystoreFaultyError, match="let go"):
        keystore.remove("maple os 1")


@pytest.mark.parametrize(
    ("shelf", "told"),
    [
        (Shelf(fails=KeyringLocked("no")), KeystoreLockedError),
        (Shelf(fails=InitError("no")), KeystoreAbsentError),
        (Shelf(fails=KeyringError("no")), KeystoreFaultyError),
        (Shelf(fails=OSError("no")), KeystoreFaultyError),
        (Shelf(gives=None), KeystoreFaultyError),
        (Shelf(gives="AAAA"), KeystoreFaultyError),
        (Shelf(gives="not base64"), KeystoreFaultyError),
        (Shelf(hangs=True), KeystoreFaultyError),
    ],
)
def test_each_way_to_fail_is_named_and_nothing_is_taken_for_kept(shelf: Shelf, told: type[KeystoreError]) -> None:
    keystore = OsKeystore(lambda: shelf, within_s=0.2)

    with pytest.raises(told) as refused:
        keystore.put("maple os 1", VALUE)

    assert refused.value.remedy


def test_no_keystore_has_nothing_and_takes_nothing() -> None:
    keystore: Keystore = NoKeystore()

    assert keystore.get("maple os 1") is None
    keystore.remove("maple os 1")
    with pytest.raises(KeystoreAbsentError):
        keystore.put("maple os 1", VALUE)
