"""The root of the error tree, and the errors of the vault.

    NightdeskError                    a code, a sentence for the owner, what to do
    ├── StorageError                  the vault could not do it
    │   ├── LockedError               no key is at hand                         exit 4
    │   ├── WrongKeyError             a key was given and does not open         exit 4
    │   ├── DamagedError              a file is not what was written            exit 5
    │   │   ├── KeyringDamagedError   both copies of the key table
    │   │   ├── SealError             a sealed value does not open
    │   │   └── AuditError            the log does not verify
    │   ├── MissingError              a file or row that should be there is not exit 5
    │   ├── ExistsError               something is there already; never overwritten
    │   └── SpoolError                the door's letters cannot be kept or read
    ├── AlreadyRunningError           another process serves this desk          exit 3
    └── ApplianceError                see appliance/errors.py

Sentences name ids, never what somebody wrote.
"""

from typing import ClassVar


class NightdeskError(Exception):
    """The root: every failure that a person may meet has a code, a sentence and a remedy."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, sentence: str, *, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


class StorageError(NightdeskError):
    """The vault could not do it."""

    code = "storage"


class LockedError(StorageError):
    """No key is at hand."""

    code = "locked"
    exit_code = 4


class WrongKeyError(StorageError):
    """A key was given and does not open."""

    code = "wrong-key"
    exit_code = 4


class DamagedError(StorageError):
    """A file is not what was written."""

    code = "damaged"
    exit_code = 5


class KeyringDamagedError(DamagedError):
    """No whole copy of the key table is left."""

    code = "keyring-damaged"


class SealError(DamagedError):
    """A sealed value does not open; one error for every cause, so that none can be told apart from outside."""

    code = "seal"


class AuditError(DamagedError):
    """The log does not verify."""

    code = "audit"


class MissingError(StorageError):
    """A file or row that should be there is not."""

    code = "missing"
    exit_code = 5


class ExistsError(StorageError):
    """Something is there already; it is never overwritten."""

    code = "exists"


class SpoolError(StorageError):
    """The door's letters cannot be kept or read."""

    code = "spool"


class AlreadyRunningError(NightdeskError):
    """Another process serves this desk."""

    code = "already-running"
    exit_code = 3
