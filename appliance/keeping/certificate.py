"""The certificate of an erasure: what was destroyed, what was kept and why, what is still owed. It names no number."""

from typing import Final

from appliance.gateways.clock import Clock
from appliance.keeping.record import moment
from appliance.views.refusals import NotPossible
from storage.audit.certificate import certify
from storage.erasures import Erasure, ErasureId
from storage.redactions import CarrierAnswer
from storage.vault import Transaction, Vault

WHAT: Final = "erasure"
_CARRIER: Final[tuple[tuple[CarrierAnswer | None, str], ...]] = (
    (CarrierAnswer.REDACTED, "redacted"),
    (CarrierAnswer.GONE, "had-none"),
    (CarrierAnswer.REFUSED, "refused"),
    (CarrierAnswer.SILENT, "no-answer"),
    (None, "asked-or-to-be-asked"),
)
_EXPLAINED: Final = (
    "# The key that sealed everything about this person was destroyed. What it sealed cannot be opened any more:",
    "# not here, and in no copy or backup of the data, since those never held the key.",
    "# `person` is the random id under which the desk kept this person. Their number and name are not in here.",
    "# Kept are times, counts and states, and the log, which never held a word, a name or a number.",
)
_STOP_KEPT: Final = (
    "# They had asked for no more texts. So that this still holds, a keyed digest of the number is kept; it can be",
    "# compared with a number, and not be turned back into one without this desk's key.",
)


def certificate(erasure_id: str, *, vault: Vault, clock: Clock) -> str:
    """The certificate as of now; one made later tells more of the carrier. Raises NotPossible, MissingError."""
    now = clock.now()
    with vault.reading() as tx:
        keys = vault.keys
        erasure = tx.erasures.get(ErasureId(erasure_id))
        if erasure.leaf is None:
            raise NotPossible("Nothing is destroyed yet, so there is nothing to certify.")
        facts = _facts(tx, erasure, desk=keys.desk, now=now)
        return certify(
            tx.audit, keys.signer(), WHAT, facts, leaf=erasure.leaf, now=now, older_keys=keys.audit_public_keys()
        )


def _facts(tx: Transaction, erasure: Erasure, *, desk: str, now: int) -> list[str]:
    done = erasure.destroyed
    if done is None or erasure.done_at is None:
        raise NotPossible("Nothing is destroyed yet, so there is nothing to certify.")
    answers = tx.redactions.counts(erasure.id)
    return [
        f"desk {desk}",
        f"person {erasure.person}",
        f"erasure {erasure.id}",
        f"asked {moment(erasure.asked_at)}",
        f"due {moment(erasure.due_at)}",
        f"erased {moment(erasure.done_at)}",
        f"as-of {moment(now)}",
        "destroyed person-key 1",
        f"destroyed messages {done.messages}",
        f"destroyed replies {done.replies}",
        f"destroyed drafts {done.drafts}",
        f"destroyed departures {done.departures}",
        f"spool letters {erasure.letters} {_when(erasure.spool_at)}",
        f"other-keys wrapped-anew {_when(erasure.rewrapped_at)}",
        f"key-copies replaced {_when(erasure.copies_replaced_at)}",
        *(f"carrier {word} {answers.get(answer, 0)}" for answer, word in _CARRIER),
        f"stop {'kept' if done.stop_kept else 'none'}",
        *_EXPLAINED,
        *(_STOP_KEPT if done.stop_kept else ()),
    ]


def _when(at: int | None) -> str:
    return "not-yet" if at is None else moment(at)
