"""The keys of the fake desk: a handful of made-up rows, and verbs that remember that they were asked."""

from dataclasses import dataclass, field

from appliance.gateways.keystore import KeystoreAbsentError
from appliance.keyholding.credentials import CredentialError
from appliance.keyholding.rotating import RotatingError
from appliance.views.keys import CredentialRow, KeyRow, KeysShown, RotationShown, SlotRow, StartRow
from appliance.views.people import Reader
from storage.errors import LastSlotError, PassphraseError, WrongKeyError
from storage.keys.secret import SecretBytes
from storage.keys.sheet import RecoverySheet
from tests.ui.admin.samples import DAY, MINUTE, NOW

PASSPHRASE = "correct horse battery staple"
SHEET = RecoverySheet("maple-street-dental", "5e7" + "0" * 29, NOW, SecretBytes(bytes(range(32))))

KEYS = KeysShown(
    keys=(
        KeyRow("db", "Data file", "locks the file with all that is kept", 2, "active", NOW - DAY, NOW - DAY),
        KeyRow("pkek", "Person keys", "wraps the key of each person", 1, "active", NOW - 90 * DAY, NOW - 90 * DAY, 412),
        KeyRow("intake", "Texts that come in", "opens what the door sealed", 1, "retired", NOW - 90 * DAY, NOW - DAY),
    ),
    slots=(
        SlotRow("a" * 32, "passphrase", NOW - 90 * DAY, NOW - 90 * DAY),
        SlotRow("b" * 32, "recovery", NOW - 90 * DAY, 0),
        SlotRow("c" * 32, "os", NOW - 2 * DAY, NOW - MINUTE),
    ),
    credentials=(
        CredentialRow("carrier-token", "The carrier's token", NOW - MINUTE, "9f2c", NOW + 59 * MINUTE),
        CredentialRow("model-key", "The model's key", NOW - 40 * DAY, "AAAA"),
        CredentialRow("mail-password", "The mail password", NOW - 40 * DAY, ""),
    ),
    start=StartRow(
        opens=True,
        code="",
        setting="when-disk-encrypted",
        disk="encrypted",
        sentence="The desk opens itself at the start, by the keystore of this account.",
    ),
)

ROTATION = RotationShown(
    running=False,
    step="done",
    values=0,
    since=0,
    error="",
    oldest=NOW - 90 * DAY,
    next_at=NOW + 275 * DAY,
)


class FakeRotating:
    """Begins once; a second time it is under way."""

    sessions: dict[str, Reader]
    rotated: tuple[str, bool] | None = None

    def rotation(self) -> RotationShown:
        return ROTATION

    def rotate_keys(self, reader: Reader, after_leak: bool) -> None:  # noqa: FBT001 - as the desk has it
        if self.rotated is not None:
            raise RotatingError("the keys are being changed already", remedy="wait until it is done")
        self.rotated = (reader.name, after_leak)
        self.sessions.clear()


@dataclass
class FakeKeys:
    """Opens by one passphrase; the first slot is the last that may not go."""

    calls: list[tuple[str, ...]] = field(default_factory=list)

    def shown(self) -> KeysShown:
        return KEYS

    def add_passphrase(self, by: str, proof: SecretBytes, new: SecretBytes) -> None:
        self._prove(proof)
        if len(new) < 15:
            raise PassphraseError("the passphrase has 1 characters", remedy="use 15 or more; five words do well")
        self.calls.append(("add-passphrase", by))

    def change_passphrase(self, by: str, old: SecretBytes, new: SecretBytes) -> None:
        self._prove(old)
        self.calls.append(("change-passphrase", by))

    def add_recovery(self, by: str, proof: SecretBytes) -> RecoverySheet:
        self._prove(proof)
        self.calls.append(("add-recovery", by))
        return SHEET

    def add_os(self, by: str, proof: SecretBytes) -> None:
        self._prove(proof)
        raise KeystoreAbsentError("this account has no keystore here", remedy="unlock by passphrase")

    def test_words(self, by: str, words: SecretBytes) -> None:
        self._prove(words)
        self.calls.append(("test", by))

    def test_os(self, by: str) -> None:
        self.calls.append(("test-os", by))

    def remove(self, by: str, proof: SecretBytes, slot_id: str) -> None:
        self._prove(proof)
        if slot_id == KEYS.slots[0].slot_id:
            raise LastSlotError("this is the only way to unlock the desk", remedy="add another one first")
        self.calls.append(("remove", by, slot_id))

    def renew_credential(self, by: str, name: str, secret: SecretBytes) -> None:
        if name not in {one.name for one in KEYS.credentials}:
            raise CredentialError("this desk has no use for such a credential", remedy="it uses: carrier-token")
        self.calls.append(("renew", by, name))

    def _prove(self, words: SecretBytes) -> None:
        if words.reveal().decode() != PASSPHRASE:
            raise WrongKeyError("the passphrase does not open this desk", remedy="try again")
