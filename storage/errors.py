"""The root of the error tree, and the errors of the vault.

    NightdeskError                    a code, a sentence for the owner, what to do
    ├── StorageError                  the vault could not do it
    │   ├── LockedError               no key is at hand                         exit 4
    │   ├── WrongKeyError             a key was given and does not open         exit 4
    │   │   ├── RecoveryCodeError     the recovery sheet was not typed as printed
    │   │   └── UnknownWayError       a sheet or keystore that opens this desk no more, or never did
    │   ├── PassphraseError           a new passphrase is too weak or unusable  exit 2
    │   ├── SlotError                 no such way to unlock, or no room for one  exit 2
    │   │   └── LastSlotError         the only way to unlock cannot go
    │   ├── DamagedError              a file is not what was written            exit 5
    │   │   ├── KeyringDamagedError   both copies of the key table
    │   │   │   ├── ForeignKeyringError   the key table of another desk
    │   │   │   └── OlderKeyringError     an older key table than the desk has seen
    │   │   ├── WrongOrDamagedError   a data file does not open (a WrongKeyError as well)
    │   │   │   └── ForeignDataError      not one page of it does
    │   │   │       └── KeysApartError        not one page of either: an older key table, or older data
    │   │   ├── SealError             a sealed value does not open
    │   │   └── AuditError            the log does not verify
    │   │       ├── LeafDamagedError      one leaf, named by its index
    │   │       ├── CheckpointError       a checkpoint's form, signature or root
    │   │       └── LogBehindError        its end is missing, or an older copy was put back
    │   ├── MissingError              a file or row that should be there is not exit 5
    │   │   ├── KeyringMissingError   no key table at all
    │   │   └── ErasedError           whoever it was about was erased           exit 1
    │   ├── KeyringChangedError       another process wrote the key table meanwhile
    │   ├── RecipientError            what is to be sealed has no age recipient     exit 2
    │   ├── LeafRefusedError          what was to be logged could name or quote a person
    │   ├── BusyError                 somebody else holds the file
    │   ├── DiskError                 the disk does not do what it is told
    │   │   └── DiskFailedError           it failed before: this process writes no more
    │   ├── DiskFullError             nothing more can be written
    │   ├── ExistsError               something is there already; never overwritten
    │   └── SpoolError                the door's letters cannot be kept or read
    │       ├── SpoolFullError            no room now: free some, ask again
    │       └── SpoolFailedError          the disk failed: this process keeps no more letters
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


class RecoveryCodeError(WrongKeyError):
    """The recovery sheet was not typed as it is printed."""

    code = "recovery-code"


class UnknownWayError(WrongKeyError):
    """A sheet, or what a keystore holds, that opens this desk no more, or never did."""


class PassphraseError(StorageError):
    """A new passphrase is too weak or unusable."""

    code = "passphrase-refused"
    exit_code = 2


class SlotError(StorageError):
    """There is no such way to unlock the desk, or no room for one more."""

    code = "slot"
    exit_code = 2


class LastSlotError(SlotError):
    """The only way to unlock the desk cannot be taken away."""

    code = "last-slot"


class DamagedError(StorageError):
    """A file is not what was written."""

    code = "damaged"
    exit_code = 5


class WrongOrDamagedError(DamagedError, WrongKeyError):
    """A data file that this desk's key does not open."""

    code = "data-damaged"
    exit_code = 5


class ForeignDataError(WrongOrDamagedError):
    """Not one page opens: the file belongs to another desk or another key."""

    code = "data-foreign"


class KeysApartError(ForeignDataError):
    """Not one page of either data file opens: the key table is of a time before a rotation, or the data are."""

    code = "keyring-apart"


class KeyringDamagedError(DamagedError):
    """No whole copy of the key table is left."""

    code = "keyring-damaged"


class ForeignKeyringError(KeyringDamagedError):
    """The key table belongs to another desk."""

    code = "keyring-foreign"


class OlderKeyringError(KeyringDamagedError):
    """The key table is older than the one that this desk has seen: somebody put an old file back."""

    code = "keyring-older"


class SealError(DamagedError):
    """A sealed value does not open; one error for every cause, so that none can be told apart from outside."""

    code = "seal"


class AuditError(DamagedError):
    """The log does not verify."""

    code = "audit"


class LeafDamagedError(AuditError):
    """One leaf of the log, or what the tree keeps of it, is not what was written."""

    code = "audit-leaf"

    def __init__(self, sentence: str, *, index: int, remedy: str = "") -> None:
        super().__init__(sentence, remedy=remedy)
        self.index = index


class CheckpointError(AuditError):
    """A checkpoint has the wrong form, signature or root."""

    code = "audit-checkpoint"


class LogBehindError(AuditError):
    """The log ends before a high-water mark of it that is kept elsewhere: cut, or an older copy."""

    code = "log-behind"


class MissingError(StorageError):
    """A file or row that should be there is not."""

    code = "missing"
    exit_code = 5


class KeyringMissingError(MissingError):
    """There is no key table at all."""

    code = "keyring-missing"


class ErasedError(MissingError):
    """Whoever it was about was erased: the key is destroyed, and nothing opens what it sealed."""

    code = "erased"
    exit_code = 1


class KeyringChangedError(StorageError):
    """Another process wrote the key table meanwhile."""

    code = "keyring-changed"


class RecipientError(StorageError):
    """What is to be sealed has no age recipient."""

    code = "recipient"
    exit_code = 2


class LeafRefusedError(StorageError):
    """What was to be logged could name or quote a person."""

    code = "leaf-refused"


class ExistsError(StorageError):
    """Something is there already; it is never overwritten."""

    code = "exists"


class DiskFullError(StorageError):
    """Nothing more can be written."""

    code = "disk-full"


class DiskError(StorageError):
    """The disk does not do what it is told."""

    code = "disk-error"


class DiskFailedError(DiskError):
    """The disk failed before, in this process; what it holds is not known until another one opens the file."""

    code = "disk-failed"


class BusyError(StorageError):
    """Another process or thread holds the file for longer than anybody should."""

    code = "database-busy"


class SpoolError(StorageError):
    """The door's letters cannot be kept or read."""

    code = "spool"


class SpoolFullError(SpoolError):
    """There is no room for the letters now; none of them was kept."""

    code = "spool-full"


class SpoolFailedError(SpoolError):
    """The disk failed, and what it holds is not known: this process keeps no more letters."""

    code = "spool-failed"


class AlreadyRunningError(NightdeskError):
    """Another process serves this desk."""

    code = "already-running"
    exit_code = 3
