"""Codes as plain words, for the pages. An unknown code is shown as it is, so that nothing is hidden."""

from typing import Final

from appliance.sending.carrier_codes import TREATMENTS, Treatment, treatment_of
from appliance.views.thread import Delivery, Step, StepKind
from storage.replies import ReplyState
from storage.runs import Step as RunStep

DELIVERIES: Final = {
    ReplyState.QUEUED: Delivery.QUEUED,
    ReplyState.SENDING: Delivery.SENDING,
    ReplyState.UNKNOWN: Delivery.UNKNOWN,
    ReplyState.SENT: Delivery.SENT,
    ReplyState.DELIVERED: Delivery.DELIVERED,
    ReplyState.UNDELIVERED: Delivery.FAILED,
    ReplyState.FAILED: Delivery.FAILED,
    ReplyState.REFUSED: Delivery.BLOCKED,
}

_DELIVERY_SENTENCES: Final = {
    "suppressed": "Not sent: this person asked for no more texts.",
    "rate-person": "Not sent: this person has had many texts in the last hour.",
    "rate-desk": "Waiting: the desk has sent many texts in the last hour.",
    "loop": "Not sent: this looks like two machines answering each other.",
    "purpose": "Not sent: they wrote too long ago.",
    "late": "Not sent: by now the answer would come too late.",
    "no-permission": "Waiting: the desk may not talk to the carrier until somebody allows it.",
    "not-found": "The carrier does not have this text. Look at it, and send it again if you want.",
}

_TREATMENT_SENTENCES: Final = {
    Treatment.TRY_AGAIN: "The carrier is busy; the desk tries again.",
    Treatment.SUPPRESS: "Not sent: this person asked the carrier for no more texts.",
    Treatment.BAD_NUMBER: "Not sent: no text can reach this number.",
    Treatment.OUR_ACCOUNT: "Waiting: the carrier refuses the desk's account. Look at the page 'Status'.",
    Treatment.REFUSED: "Not sent: the carrier refused this text.",
}

_HELD: Final = {
    "no-answer": "None of the approved answers fits.",
    "needs-person": "This needs a person.",
    "unattended-off": "This desk sends nothing by itself.",
    "late": "This text reached the desk late.",
    "drafter-unavailable": "The assistant could not be reached.",
    "drafter-refused": "The assistant declined to answer.",
    "bad-proposal": "The assistant's answer could not be used.",
    "wire-refused": "Something that identifies the person could not be hidden, so nobody was asked.",
    "not-redacted": "The words could not be made anonymous, so nobody was asked.",
    "guard": "The proposed words did not pass the check.",
}

_DRAFTERS: Final = {"offline": "the built-in rules", "claude": "Claude", "local": "the model on your network", "": ""}


def delivery_sentence(state: ReplyState, error_code: str | None) -> str:
    """Why a reply stands where it stands, or an empty text when there is nothing to say."""
    if error_code in _DELIVERY_SENTENCES:
        return _DELIVERY_SENTENCES[error_code or ""]
    if state is ReplyState.UNKNOWN:
        return "The connection broke while sending. The desk is asking the carrier whether it arrived."
    if error_code in TREATMENTS:
        return f"{_TREATMENT_SENTENCES[treatment_of(error_code or '')]} ({error_code})"
    if state is ReplyState.QUEUED and error_code:
        return "The carrier could not be reached; the desk tries again."
    return f"The carrier answered {error_code}." if error_code else ""


def held_because(reason: str) -> str:
    """Why a draft waits for a person."""
    return _HELD.get(reason, reason.replace("-", " ").capitalize() + ".")


def drafted_by(drafter: str) -> str:
    """Who proposed the words."""
    return _DRAFTERS.get(drafter, drafter)


def step_of(step: RunStep) -> Step:
    """One line of "what happened"."""
    kind = StepKind(step.name)
    return Step(kind, step.at, _sentence(kind, step.outcome))


def _sentence(kind: StepKind, outcome: str) -> str:
    if kind is StepKind.REDACTED:
        return "nothing to hide" if outcome == "0" else f"{outcome} detail{'' if outcome == '1' else 's'} hidden"
    if kind is StepKind.PROMPTED:
        return drafted_by(outcome)
    if kind in {StepKind.HELD, StepKind.FAILED}:
        return held_because(outcome)
    return outcome if kind is StepKind.ANSWERED else ""
