"""The keystore of the operating system: small secrets kept under the account of whoever runs the desk.

Secret Service on Linux, Keychain on macOS, Credential Manager on Windows (the last two: written for, not tried).
The backend is chosen here by platform; what keyring's environment variables and config files ask for is not heard,
and there is no fall-back to a file: a key beside the lock it opens protects nothing.
"""

import base64
import hmac
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from appliance.errors import ApplianceError, kebab

if TYPE_CHECKING:
    # The library costs a fifth of a second and 15 MB: it is loaded when a keystore is first asked.
    from keyring.backend import KeyringBackend

OWNER: Final = "nightdesk"
WITHIN_S: Final = 10.0

Given = TypeVar("Given")


class KeystoreError(ApplianceError):
    """The keystore of the system did not do it."""

    code = "keystore"


class KeystoreAbsentError(KeystoreError):
    """There is no keystore that this account could use now."""

    code = "keystore-absent"


class KeystoreLockedError(KeystoreError):
    """The keystore is there and locked."""

    code = "keystore-locked"


class KeystoreFaultyError(KeystoreError):
    """The keystore took something and did not give the same back, or did not answer."""

    code = "keystore-faulty"


class Keystore(Protocol):
    """Keeps small secrets by name. A name holds the desk and what it is for: several desks may share an account."""

    def get(self, name: str) -> bytes | None:
        """What is kept under that name, or None. Raises KeystoreError."""

    def put(self, name: str, value: bytes) -> None:
        """Keep it, in the place of an older value; read back and compared. Raises KeystoreError."""

    def remove(self, name: str) -> None:
        """Forget it; nothing to forget is well. Raises KeystoreError."""


class NoKeystore:
    """For where none is wanted: has nothing, takes nothing."""

    def get(self, name: str) -> bytes | None:  # noqa: ARG002 - the port's signature
        return None

    def put(self, name: str, value: bytes) -> None:  # noqa: ARG002
        raise _absent()

    def remove(self, name: str) -> None:
        pass


class OsKeystore:
    """The keystore of this system, for this account."""

    def __init__(self, backend: "Callable[[], KeyringBackend] | None" = None, *, within_s: float = WITHIN_S) -> None:
        self._backend = backend or _backend_of_this_system
        self._within_s = within_s

    def get(self, name: str) -> bytes | None:
        return self._asked(lambda backend: _read(backend, name))

    def put(self, name: str, value: bytes) -> None:
        def written(backend: "KeyringBackend") -> None:
            backend.set_password(_service(name), OWNER, base64.b64encode(value).decode())
            kept = _read(backend, name)
            if kept is None or not hmac.compare_digest(kept, value):
                raise _faulty("the keystore of this system did not give back what was put into it")

        self._asked(written)

    def remove(self, name: str) -> None:
        def removed(backend: "KeyringBackend") -> None:
            if backend.get_password(_service(name), OWNER) is not None:
                backend.delete_password(_service(name), OWNER)

        self._asked(removed)

    def _asked(self, act: "Callable[[KeyringBackend], Given]") -> Given:
        # A keystore may wait for somebody who is not there (a dialogue, a hung service); a desk that starts must not.
        done: list[Given] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                done.append(act(self._backend()))
            except BaseException as failure:  # noqa: BLE001 - carried over to the thread that asked
                failed.append(failure)

        thread = threading.Thread(target=work, name="keystore", daemon=True)
        thread.start()
        thread.join(self._within_s)
        if failed:
            raise _translated(failed[0]) from None
        if not done:
            raise _faulty("the keystore of this system did not answer in time")
        return done[0]


def _read(backend: "KeyringBackend", name: str) -> bytes | None:
    kept = backend.get_password(_service(name), OWNER)
    if kept is None:
        return None
    try:
        return base64.b64decode(kept, validate=True)
    except ValueError:
        raise _faulty("what the keystore of this system holds for the desk is not what was put into it") from None


def _service(name: str) -> str:
    # A service each: Windows keeps one entry a service and moves the older ones about.
    return f"{OWNER} {name}"


def _backend_of_this_system() -> "KeyringBackend":
    """The one class for this platform. Raises KeystoreAbsentError."""
    where = {
        "linux": ("appliance.gateways.secret_service", "QuietSecretService"),
        "darwin": ("keyring.backends.macOS", "Keyring"),
        "win32": ("keyring.backends.Windows", "WinVaultKeyring"),
    }.get(sys.platform)
    if where is None:
        raise _absent()
    try:
        chosen = getattr(import_module(where[0]), where[1])
    except ImportError:
        raise _absent() from None
    # What KEYRING_PROPERTY_… and KEYCHAIN_PATH in the environment say could send the key to another place.
    deaf = type("Deaf", (chosen,), {"set_properties_from_env": lambda _: None, "keychain": None})
    backend: KeyringBackend = deaf()
    return backend


def _translated(failure: BaseException) -> BaseException:
    from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordDeleteError

    match failure:
        case KeystoreError():
            return failure
        case KeyringLocked():
            return KeystoreLockedError(
                "the keystore of this system is locked",
                remedy="sign in to this machine's desktop once, so that its keystore opens",
            )
        case InitError() | NoKeyringError():
            return _absent()
        case PasswordDeleteError():
            return _faulty("the keystore of this system did not let go of the desk's entry")
        case KeyringError() | Exception():
            return _faulty(f"the keystore of this system failed ({kebab(failure)})")
    return failure


def _absent() -> KeystoreAbsentError:
    return KeystoreAbsentError(
        "this account has no keystore here",
        remedy="unlock by passphrase or recovery sheet; on Linux a Secret Service such as gnome-keyring is needed",
    )


def _faulty(sentence: str) -> KeystoreFaultyError:
    return KeystoreFaultyError(sentence, remedy="unlock by passphrase or recovery sheet, then add the os slot again")
