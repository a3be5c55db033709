"""The store of a desk: opened with its keys, what a cut-off change left put in order first."""

from pathlib import Path
from typing import Final

from appliance.folders import core_runs
from appliance.gateways.clock import Clock
from appliance.keeping.after_loss import after_loss
from appliance.keeping.upgrades import tell_upgrade
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.errors import DamagedError
from storage.heal import heal_logs
from storage.keys.adding import same_table
from storage.keys.keyring import unlock, write_next
from storage.keys.mark import at_mark, held_to_mark
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.meta import Meta
from storage.rotation.standing import resume
from storage.upgrading import put_back
from storage.vault import DESK_FILE, PERSONS_FILE, Vault
from storage.wal import wal_fault

# keyring-behind is told to nobody: power was lost in the middle of a change, and nothing is wrong with the disk.
_TOLD_FINDINGS: Final = frozenset({"keyring-copy", "keyring-foreign", "keyring-older"})


def open_vault(folder: Path, passphrase: SecretBytes, *, alone: Clock | None = None) -> Vault:
    """The store of a desk; see `vault_of`. Raises WrongKeyError, DamagedError, MissingError."""
    return vault_of(folder, unlock(folder, passphrase=passphrase, desk=folder.name), alone=alone)


def vault_of(folder: Path, keys: OpenKeys, *, alone: Clock | None = None) -> Vault:
    """The store that these keys open. Raises DamagedError, MissingError; OlderKeyringError for an old file put back.

    Whoever has the desk to himself gives a clock: then what the disk did to the logs of the data files is mended, and a
    rotation of the keys that was cut off is put in order first.
    """
    _mend_logs(folder, keys, alone=alone is not None)
    vault = Vault(folder, keys if alone is None else resume(folder, keys, now=alone.now()))
    try:
        with vault.look() as tx:
            vault.take_keys(held_to_mark(vault.keys, tx.meta.number(Meta.KEYRING_SEQUENCE)))
        if alone is not None:
            after_loss(vault, at=alone.now())
            tell_upgrade(vault, at=alone.now())
    except BaseException:
        vault.close()
        raise
    return vault


def undo_upgrade(folder: Path, passphrase: SecretBytes) -> tuple[str, ...]:
    """Put the files from before the last upgrade back; the names of those files. For whoever has the desk to himself.

    The desk is not opened: the release that can is mostly another. Raises what unlocking raises; NothingKeptError where
    no such files are kept, DamagedError.
    """
    keys = unlock(folder, passphrase=passphrase, desk=folder.name)
    heal_logs(folder, keys)
    return tuple(one.path.name for one in put_back(folder, keys))


def _mend_logs(folder: Path, keys: OpenKeys, *, alone: bool) -> None:
    if alone:
        heal_logs(folder, keys)
    # Opening a file lays its log over it. Beside a core the log is read while it grows, which looks like damage.
    elif not core_runs(folder) and (fault := wal_fault(folder / DESK_FILE) or wal_fault(folder / PERSONS_FILE)):
        raise DamagedError(fault, remedy="start the desk: it mends this without mixing what is old with what is new")


def heal_keyring(vault: Vault, clock: Clock) -> None:
    """Where one copy of the keyring is not as it must be, write the next one over it; then set the mark."""
    at = clock.now()
    with vault.transaction() as tx:
        findings = {finding.code for finding in vault.keys.findings}
        # Of a rotation that was cut off the last step writes both copies; until then they are left alone.
        if findings and not vault.unfinished:
            vault.take_keys(same_table(write_next(vault.folder, vault.keys, now=at), vault.keys))
        for code in sorted(findings & _TOLD_FINDINGS):
            tx.alerts.raise_(AlertKind.STAFF, code, at=at)
        sequence = vault.keys.ring.sequence
        if sequence > tx.meta.number(Meta.KEYRING_SEQUENCE):
            # Also what a kill kept from its leaf is on the log by this: which ways to unlock there are now.
            slots = [slot.id for slot in vault.keys.ring.slots]
            tx.audit.append(Action.CHECKED, actor="desk", at=at, detail={"keyring": sequence, "slots": slots})
            tx.meta.put(Meta.KEYRING_SEQUENCE, sequence)


def accept_keyring(vault: Vault, clock: Clock, *, by: str) -> None:
    """The owner says that this older keyring is the newest there is: write it as such, in both copies."""
    at = clock.now()
    with vault.transaction() as tx:
        keys = at_mark(vault.keys, tx.meta.number(Meta.KEYRING_SEQUENCE))
        vault.take_keys(same_table(write_next(vault.folder, keys, now=at, both=True), keys))
        sequence = vault.keys.ring.sequence
        tx.meta.put(Meta.KEYRING_SEQUENCE, sequence)
        slots = [slot.id for slot in vault.keys.ring.slots]
        tx.audit.append(Action.CHECKED, actor=by, at=at, detail={"keyring": sequence, "slots": slots, "older": True})
