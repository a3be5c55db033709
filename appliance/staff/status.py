"""How the desk is doing, in sentences: for the status page, the command and /readyz."""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from appliance import room
from appliance.copies.epochs import barred
from appliance.copies.told import SENTENCES, sentence_for_status
from appliance.gateways.clock import Clock
from appliance.keeping import told as keeping_told
from appliance.keeping import upgrades
from appliance.keyholding.listing import start_row
from appliance.keyholding.unattended import SelfStart
from appliance.searching import told as search_told
from appliance.settings.values import ModelKind
from appliance.staff import chores_told
from appliance.views.people import Reader
from appliance.views.status import DeskState, LogState, Part, Readiness, Reason, Status
from storage.alerts import Alert
from storage.audit.leaf import Action
from storage.driver import library_version
from storage.messages import MessageState
from storage.replies import ReplyState
from storage.vault import Transaction, Vault

if TYPE_CHECKING:
    from appliance.opening.parts import Parts

_KEYRING_BACK: Final = (
    "Put copies of keyring.a and keyring.b back. Where there are none, move the desk's folder away and restore the "
    "newest backup; never make a new desk in this folder."
)
_DATA_BACK: Final = "Put the right file back, or move the desk's folder away and restore the newest backup."
_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "locked": ("The desk is locked. Texts are taken in and kept.", "Type the passphrase on the admin page."),
    "disk-not-encrypted": (
        "The desk did not open itself, because its disk is not encrypted.",
        'Encrypt the disk; or, if you accept that a thief could read all, set unattended = "always" under [keys].',
    ),
    "disk-unknown": (
        "The desk did not open itself: whether its disk is encrypted cannot be told.",
        'If you know that it is, set unattended = "always" under [keys] in the settings.',
    ),
    "unattended-never": ("The desk did not open itself: the settings say never.", "Nothing to do."),
    "keystore-absent": (
        "The keystore of this account is not there, so the desk could not open itself.",
        "Type the passphrase or the recovery sheet. A service started without a desktop session may have none.",
    ),
    "keystore-locked": (
        "The keystore of this account is locked, so the desk could not open itself.",
        "Sign in to the desktop once and restart; or type the passphrase or the recovery sheet.",
    ),
    "keystore-faulty": (
        "The keystore of this account does not answer as it should, so the desk could not open itself.",
        "Type the passphrase or the recovery sheet, then run: nightdesk keys slots test --kind os",
    ),
    "os-slot-gone": (
        "The keystore of this account no longer holds this desk's key, so the desk could not open itself.",
        "Type the passphrase or the recovery sheet, then run: nightdesk keys slots add --kind os",
    ),
    "keyring-older": (
        "An older copy of the keyring was put in the place of the newest; it was written anew.",
        "Find out who put it there; a passphrase that was taken away may be tried again.",
    ),
    "keyring-foreign": (
        "A keyring of another desk lies in this folder.",
        "Put this desk's own keyring.a and keyring.b back.",
    ),
    "keyring-damaged": (
        "Both copies of the keyring are damaged. Texts are taken in and kept.",
        _KEYRING_BACK,
    ),
    "keyring-missing": (
        "The keyring of this desk is not there. Texts are taken in and kept.",
        _KEYRING_BACK,
    ),
    "keyring-apart": (
        "The keys in the keyring open neither data file: an older keyring was put back, or other data files.",
        "Put the newest keyring.a and keyring.b back, or the data files that belong to them.",
    ),
    "data-foreign": ("A data file does not open: it is another desk's, or of another key.", _DATA_BACK),
    "data-damaged": ("A data file is damaged. Texts are taken in and kept.", _DATA_BACK),
    "carrier-token-unproven": (
        "The old carrier token was dropped after an hour, and no text came with the new one.",
        "Send a text to the desk; if it does not come in, set the token anew on the page 'Keys'.",
    ),
    "wrong-key": ("The last passphrase was not the right one.", "Try again; the recovery sheet opens the desk too."),
    "door-down": ("The door is down: no texts come in.", "Restart Nightdesk; if it stays so, run: nightdesk doctor"),
    "intake": ("Texts are kept, but cannot be read in at the moment.", "Run: nightdesk verify"),
    "jobs": ("Answering or sending has stopped.", "Run: nightdesk verify"),
    "sweep": ("The carrier's list could not be read.", "Check the internet connection and the carrier's token."),
    "redactor": ("Words cannot be made anonymous, so no model is asked.", "Reinstall Nightdesk."),
    "no-permission": ("Something the settings ask for was not allowed yet.", "Allow it on the page 'What may leave'."),
    "late": ("Old texts came in late.", "Read them in the inbox."),
    "forged-letter": ("Somebody sent texts that the carrier did not sign. They were dropped.", "Nothing to do."),
    "same-id-other-words": ("A text came twice with different words; the first was kept.", "Look at that thread."),
    "wire-refused": ("A prompt still held something identifying, and was stopped.", "Look at that thread."),
    "model-down": ("The assistant could not be reached; people got the holding reply.", "Look at the inbox."),
    "carrier-account": (
        "The carrier refuses the desk's account, so no replies go out.",
        "Check the account, its balance and its token at the carrier.",
    ),
    "keyring-copy": ("One copy of the keyring was damaged; it was written anew from the other.", "Check the disk."),
    "spool-damaged": (
        "Some texts were damaged on the disk before they were read in; the carrier was asked for them again.",
        "Look at the inbox for them, and have the disk checked.",
    ),
    "erasure-late": (
        "Somebody was deleted more than a day ago, and an older copy of their key or of a text may still lie about.",
        "Look at the page 'Deleting people': it says what is still to be done.",
    ),
    "carrier-kept-texts": (
        "The carrier did not delete all texts of somebody who was deleted here.",
        "Look at the page 'Deleting people', then ask the carrier's support.",
    ),
    "log-behind": (
        "The log's end is missing, or an older copy of the desk was put back. Texts are taken in; nothing goes out.",
        "Restore the newest backup, or open the page 'The log' and let the desk go on as it is.",
    ),
    "checkpoint": ("The log could not be signed.", "Run: nightdesk verify"),
    "log-check": ("The log does not verify.", "Run: nightdesk verify, and keep the folder as it is."),
    "log-prune": ("Old entries of the log could not be let go.", "Run: nightdesk verify"),
    "keys-soon": (
        "In two weeks every key of the desk is changed by itself. Everybody is signed out by it.",
        "Nothing to do. To choose the time, do it now on the page 'Keys'.",
    ),
    "keys-changed": ("Every key of the desk was changed. Everybody was signed out.", "Nothing to do."),
    "keys-unchanged": (
        "Changing the keys was not finished. The desk works with the old ones, and tries again each hour.",
        "Look for a full disk; if it stays so, run: nightdesk verify",
    ),
    "disk-full": (
        "The disk is full. What was taken in is kept; nothing more is, until there is room.",
        "Free some space on the disk of the desk.",
    ),
    "disk-error": ("The disk does not do what it is told.", "Check the disk, then run: nightdesk verify"),
    "disk-failed": (
        "The disk failed while something was written. Texts are taken in and kept; nothing else is done.",
        "Check the disk, then restart Nightdesk.",
    ),
    "changes-lost": (
        "The disk lost what was written last. The texts were read in again, and some may have been answered already.",
        "Look at the inbox and at the carrier's own list before you answer, and have the disk checked.",
    ),
    "gave-up": ("Something could not be done after several tries.", "Look at the inbox."),
    "unsent": ("A reply may not have been sent.", "Look at the inbox."),
    "emergency-life": ("Somebody wrote of a danger to life.", "Open the inbox now."),
    "emergency-urgent": ("Somebody wrote of something urgent.", "Open the inbox."),
    "emergency-soon": ("Somebody is in need of a soon answer.", "Open the inbox."),
    "barrier-refused": ("A part of the program tried to reach the outside without leave.", "Tell support."),
}


def sentence_of(code: str) -> Reason:
    """A code as a sentence and what to do."""
    of_others = keeping_told.SENTENCES | search_told.SENTENCES | room.SENTENCES | upgrades.SENTENCES
    known = chores_told.SENTENCES | _SENTENCES | SENTENCES | of_others
    sentence, remedy = known.get(code, (f"Something needs a look: {code}.", "Run: nightdesk doctor"))
    return Reason(code, sentence, remedy)


def readiness(parts: "Parts") -> Readiness:
    """State and codes, without touching bodies."""
    with parts.vault.look() as tx:
        why = barred(tx)
    if why:
        return Readiness(DeskState.SAFE_MODE, (why, *_failing(parts)))
    codes = tuple(_failing(parts))
    return Readiness(DeskState.DEGRADED if codes else DeskState.READY, codes)


def status(parts: "Parts", start: SelfStart) -> Status:
    """All of it."""
    ready = readiness(parts)
    with parts.vault.look() as tx:
        alerts = tx.alerts.unseen()
        return Status(
            state=ready.state,
            reasons=tuple(sentence_of(code) for code in dict.fromkeys([*ready.reasons, *_codes(alerts)])),
            parts=(*keeping_told.closing_parts(tx), *_parts(parts, tx), _start(start)),
            log=_log(tx, parts),
            counts=_counts(tx),
            places=_places(parts.folder),
            versions=_versions(),
        )


def locked(ready: Readiness, folder: Path) -> Status:
    """What can be told of a desk that nobody opened."""
    return Status(
        state=ready.state,
        reasons=tuple(sentence_of(code) for code in ready.reasons),
        parts=(),
        log=LogState(leaves=0),
        counts=(),
        places=_places(folder),
        versions=_versions(),
    )


def notices_seen(reader: Reader, *, vault: Vault, clock: Clock) -> None:
    """Somebody has read the notices; what still goes on is told again by whoever notices it."""
    at = clock.now()
    with vault.transaction() as tx:
        seen = tx.alerts.see_all(at=at)
        tx.audit.append(Action.ALERT_ENDED, actor=reader.name, at=at, detail={"count": seen})


def _failing(parts: "Parts") -> list[str]:
    failing = parts.worker.health.failing
    # Why a part fails, where there is a sentence for that, before which part it is.
    codes = [*dict.fromkeys(why for why in failing.values() if why in _SENTENCES), *failing]
    if parts.vault.disk_failed and "disk-failed" not in codes:
        codes.insert(0, "disk-failed")
    if not parts.line.report().up:
        codes.insert(0, "door-down")
    if parts.redactor is None:
        codes.append("redactor")
    return [*codes, *parts.keeper.trouble(), *parts.room.trouble()]


def _codes(alerts: list[Alert]) -> list[str]:
    return [alert.code for alert in alerts]


def _parts(parts: "Parts", tx: Transaction) -> tuple[Part, ...]:
    door, health = parts.line.report(), parts.worker.health
    refused = sum(door.refused.values())
    swept = health.ran_at.get("sweep")
    model = parts.settings.model.kind
    return (
        Part(
            "Door",
            door.up,
            _door_sentence(door.acknowledged, refused) if door.up else "It does not answer.",
            door.since,
        ),
        Part("Worker", not health.failing, _worker_sentence(tx.jobs.count(), health.failing)),
        Part(
            "Carrier",
            ok=True,
            sentence=f"Texts go by {parts.settings.carrier.kind.value}, number {parts.settings.carrier.number}.",
        ),
        keeping_told.part(parts.keeper, tx),
        Part("Sweep", "sweep" not in health.failing, "The carrier's list was compared with ours.", swept),
        _backups(parts, tx),
        search_told.part(parts.vault, failing=search_told.CHORE in health.failing),
        Part(
            "Assistant",
            parts.redactor is not None,
            "The built-in rules; nothing is asked outside."
            if model is ModelKind.OFFLINE
            else f"{model.value}, redacted.",
        ),
    )


def _backups(parts: "Parts", tx: Transaction) -> Part:
    states = tx.backups.all()
    ok, sentence, since = sentence_for_status(states, len(parts.copies.places), parts.copies.clock.now())
    return Part("Backups", ok, sentence, since)


def _start(start: SelfStart) -> Part:
    # Locked at the start is no fault: it is what the owner chose, or what keeps the keys safe.
    return Part("Start", ok=True, sentence=start_row(start).sentence)


def _door_sentence(acknowledged: int, refused: int) -> str:
    return f"{acknowledged} taken in and {refused} refused since it started."


def _worker_sentence(jobs: int, failing: dict[str, str]) -> str:
    if failing:
        return "; ".join(f"{name}: {code}" for name, code in sorted(failing.items()))
    return "Nothing is waiting." if jobs == 0 else f"{jobs} things to do."


def _log(tx: Transaction, parts: "Parts") -> LogState:
    newest = tx.audit.newest_note()
    return LogState(
        leaves=tx.audit.count(),
        checkpoint_at=None if newest is None else newest.at,
        checkpoint_leaves=0 if newest is None else newest.size,
        verified_at=parts.log_check.at,
        sound=parts.log_check.sound,
    )


def _counts(tx: Transaction) -> tuple[tuple[str, int], ...]:
    return (
        ("texts in", tx.messages.count()),
        ("things to do", tx.jobs.count()),
        ("held for a person", tx.messages.count(MessageState.HELD)),
        ("replies sent", tx.replies.count(ReplyState.SENT, ReplyState.DELIVERED)),
        ("replies waiting", tx.replies.count(ReplyState.QUEUED, ReplyState.SENDING)),
        ("replies whose fate is unclear", tx.replies.count(ReplyState.UNKNOWN)),
        ("junk and stops", tx.messages.count(MessageState.IGNORED)),
        ("numbers that said stop", tx.suppressions.count()),
        ("times something left", tx.ledger.count()),
    )


def _places(folder: Path) -> tuple[tuple[str, str], ...]:
    return (
        ("Everything this desk keeps", str(folder)),
        ("Texts before they are read in", str(folder / "spool")),
        ("Logs, without anybody's words", str(folder / "logs")),
    )


def _versions() -> tuple[tuple[str, str], ...]:
    return (("Nightdesk", version("nightdesk")), ("SQLite in SQLCipher", library_version()))
