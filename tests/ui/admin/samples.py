"""A night at Maple Street Dental, invented: the people, texts and entries that the fake desk shows."""

from appliance.views.copies import Copies, DrillRow, PlaceRow
from appliance.views.crossings import Crossing, CrossingRow, Outcome, PermissionRow
from appliance.views.inbox import Ending, InboxRow, Need
from appliance.views.people import Who
from appliance.views.phone import SampleCaller
from appliance.views.status import DeskState, LogState, Part, Reason, Status
from appliance.views.thread import Delivery, DraftShown, MessageShown, Outside, ReplyShown, Step, StepKind, Thread

# Saturday, November 21, 2026, 9:41:30 pm in Chicago.
NOW = 1_795_318_890_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

CALLERS = (
    SampleCaller("dana", "Dana Whitfield", "+1 512-555-0143"),
    SampleCaller("luis", "Luis Ortega", "+1 512-555-0172"),
    SampleCaller("new", "Somebody new", "+1 512-555-0188"),
)

SHOWN_IDS = {"person": "p-dana", "answer": "a-hours", "crossing": "c-prompt", "caller": "dana", "erasure": "e" * 32}
"""What the fake desk has under the names that stand in addresses; each page is shown with one."""

PROMPT = """{"model":"claude-sonnet","max_tokens":1024,"system":[{"type":"text","text":"You help the front desk of a \
dental practice while it is closed. Choose from the answers you are given; never give medical advice."}],"messages":\
[{"role":"user","content":[{"type":"text","text":"Hi, this is [NAME_1], can I move my Thursday cleaning to next week? \
Call me at [PHONE_1]"}]}]}"""


def steps(at: int, *kinds: StepKind | tuple[StepKind, str]) -> tuple[Step, ...]:
    """A run's steps, a moment apart."""
    pairs = [kind if isinstance(kind, tuple) else (kind, "") for kind in kinds]
    return tuple(Step(kind, at + 300 * n, sentence) for n, (kind, sentence) in enumerate(pairs))


def threads() -> dict[str, Thread]:
    """Every kind of thread there is."""
    made = (_bleeding(), _dana(), _luis(), _failed(), _hours(), _stopped(), _edited(), _junk())
    return {thread.person_id: thread for thread in made}


def _bleeding() -> Thread:
    at = NOW - 3 * MINUTE
    return Thread(
        "p-bleed",
        Who("Rosa Delgado", "61"),
        "+1 512-555-0161",
        (
            MessageShown(
                "m-bleed",
                at,
                "My mouth won't stop bleeding since the extraction and I feel faint. [PHI redacted]",
                health=True,
                need=Need.LIFE,
                steps=steps(
                    at,
                    StepKind.SEALED,
                    StepKind.REDACTED,
                    (StepKind.ESCALATED, "The owner was told by mail; the caller was pointed to 911."),
                ),
                outside=Outside("", "My mouth won't stop bleeding since the extraction and I feel faint."),
            ),
            ReplyShown(
                "r-bleed",
                at + 2_000,
                "If this is an emergency, call 911 now. Our on-call line is 512-555-0100.",
                Delivery.DELIVERED,
                unattended=True,
                answer="Emergency",
                answer_id="a-emergency",
                approved_by="Dr. Avery",
            ),
        ),
        need=Need.LIFE,
    )


def _dana() -> Thread:
    at = NOW - 12 * MINUTE
    return Thread(
        "p-dana",
        Who("Dana Whitfield", "43"),
        "+1 512-555-0143",
        (
            MessageShown("m-dana-0", at - 2 * DAY, "Do you take walk-ins?", steps=steps(at - 2 * DAY, StepKind.SEALED)),
            ReplyShown(
                "r-dana-0",
                at - 2 * DAY + 4_000,
                "We see patients by appointment. Tell us what day suits you and we will find a time.",
                Delivery.DELIVERED,
                unattended=True,
                answer="Booking",
                answer_id="a-booking",
                approved_by="Dr. Avery",
            ),
            MessageShown(
                "m-dana",
                at,
                "Hi, this is Dana Whitfield, can I move my Thursday cleaning to next week? Call me at 512-555-0143",
                steps=steps(
                    at,
                    StepKind.SEALED,
                    (StepKind.REDACTED, "2 details were replaced by placeholders."),
                    StepKind.PROMPTED,
                    (StepKind.HELD, "Moving an appointment needs a person."),
                ),
                outside=Outside(
                    "api.anthropic.com",
                    "Hi, this is [NAME_1], can I move my Thursday cleaning to next week? Call me at [PHONE_1]",
                    "c-prompt",
                ),
            ),
        ),
        (
            DraftShown(
                "d-dana",
                1,
                at + 2_000,
                "Hi Dana, happy to help. We have Tuesday at 10:30 or Wednesday at 2:00 next week. Which suits you?",
                "the model",
                "Moving an appointment needs a person.",
                ("It offers times. Check the calendar before you send it.",),
            ),
        ),
        need=Need.DRAFT,
        earlier=4,
    )


def _luis() -> Thread:
    at = NOW - 55 * MINUTE
    return Thread(
        "p-luis",
        Who("", "72"),
        "+1 512-555-0172",
        (
            MessageShown(
                "m-luis",
                at,
                "Necesito cambiar mi cita, ¿me puede llamar alguien mañana?",
                late=True,
                steps=steps(at, StepKind.SEALED, StepKind.REDACTED, (StepKind.HELD, "They ask for a call.")),
            ),
        ),
        need=Need.ASKED,
    )


def _failed() -> Thread:
    at = NOW - 2 * HOUR
    return Thread(
        "p-failed",
        Who("Marcus Bell", "19"),
        "+1 512-555-0119",
        (
            MessageShown("m-failed", at, "Is Monday still on?", steps=steps(at, StepKind.SEALED, StepKind.REDACTED)),
            ReplyShown(
                "r-failed",
                at + 10 * MINUTE,
                "Yes, see you Monday at 9:00.",
                Delivery.FAILED,
                "Not delivered: the phone is switched off or out of reach (30003)",
                approved_by="Dr. Avery",
                approved_at=at + 10 * MINUTE,
            ),
        ),
        need=Need.UNSENT,
    )


def _hours() -> Thread:
    at = NOW - 3 * HOUR
    return Thread(
        "p-hours",
        Who("Priya Raman", "27"),
        "+1 512-555-0127",
        (
            MessageShown(
                "m-hours",
                at,
                "What time do you open on Monday?",
                steps=steps(at, StepKind.SEALED, StepKind.REDACTED, StepKind.ANSWERED),
                outside=Outside("", "What time do you open on Monday?"),
            ),
            ReplyShown(
                "r-hours",
                at + 1_500,
                "Maple Street Dental opens Monday at 8:00 am.",
                Delivery.DELIVERED,
                unattended=True,
                answer="Opening hours",
                answer_id="a-hours",
                approved_by="Dr. Avery",
            ),
        ),
    )


def _stopped() -> Thread:
    at = NOW - 26 * HOUR
    return Thread(
        "p-stop",
        Who("", "05"),
        "+1 512-555-0105",
        (MessageShown("m-stop", at, "STOP", steps=steps(at, StepKind.SEALED, StepKind.STOPPED)),),
        no_reply_because="They asked for no more texts on Nov 20. Only they can change that, by texting START.",
        done=True,
    )


def _edited() -> Thread:
    at = NOW - 3 * DAY
    return Thread(
        "p-edit",
        Who("Tom Okafor", "38"),
        "+1 512-555-0138",
        (
            MessageShown("m-edit", at, "Can I bring my daughter along?", steps=steps(at, StepKind.SEALED)),
            ReplyShown(
                "r-edit",
                at + 9 * HOUR,
                "Of course, bring her along. There are toys in the waiting room. Dr. Avery",
                Delivery.SENT,
                approved_by="Dr. Avery",
                approved_at=at + 9 * HOUR,
                proposed="Of course, you can bring her along.",
            ),
        ),
        done=True,
    )


def _junk() -> Thread:
    at = NOW - 5 * HOUR
    text = "CONGRATS you WON a cruise!! click now"
    return Thread(
        "p-junk",
        Who("", "90"),
        "+1 512-555-0190",
        (MessageShown("m-junk", at, text, steps=steps(at, StepKind.SEALED, StepKind.IGNORED)),),
        done=True,
    )


ENDINGS = {
    "p-hours": Ending.ANSWERED,
    "p-stop": Ending.STOPPED,
    "p-edit": Ending.REPLIED,
    "p-junk": Ending.JUNK,
}
LINES = {
    "p-bleed": "My mouth won't stop bleeding since the extraction and I feel faint. [PHI redacted]",
    "p-dana": "Hi, this is [NAME_1], can I move my Thursday cleaning to next week? Call me at [PHONE_1]",
    "p-luis": "Necesito cambiar mi cita, ¿me puede llamar alguien mañana?",
    "p-failed": "Your reply could not be delivered.",
    "p-hours": "What time do you open on Monday?",
    "p-stop": "Asked for no more texts.",
    "p-edit": "Can I bring my daughter along?",
    "p-junk": "Reads like an advertisement.",
}


def row(thread: Thread) -> InboxRow:
    """A thread as the inbox lists it."""
    return InboxRow(
        thread.person_id,
        thread.who,
        max((item.at for item in thread.items), default=NOW),
        LINES.get(thread.person_id, "A new message."),
        sum(isinstance(item, MessageShown) for item in thread.items),
        None if thread.done else thread.need,
        ENDINGS.get(thread.person_id, Ending.SET_ASIDE if thread.done else Ending.WORKING),
        any(isinstance(item, MessageShown) and item.late for item in thread.items),
        any(isinstance(item, MessageShown) and item.health for item in thread.items),
    )


def crossings() -> tuple[Crossing, ...]:
    """A prompt, a handed-over reply, a refused call."""
    rows: tuple[tuple[str, int, str, str, str, int, Outcome, str | None], ...] = (
        ("c-sms", 11, "api.twilio.com", "carrier", "Handed a reply to the carrier", 412, Outcome.DONE, "p-bleed"),
        (
            "c-prompt",
            12,
            "api.anthropic.com",
            "model",
            "Asked the model for a draft",
            len(PROMPT),
            Outcome.DONE,
            "p-dana",
        ),
        ("c-mail", 40, "mail.example.com", "mail", "Told the owner about an emergency", 1_380, Outcome.FAILED, None),
        ("c-bad", 300, "example.net", "none", "A part tried to reach a place nobody granted", 0, Outcome.REFUSED, None),
    )
    return tuple(
        Crossing(
            CrossingRow(key, NOW - minutes * MINUTE, where, purpose, why, size, outcome, person),
            "POST",
            "/v1/messages" if purpose == "model" else "/…",
            "9f2c" * 16,
            840 if outcome is Outcome.DONE else None,
            {"failed": "The mail server did not answer in time."}.get(outcome, ""),
            PROMPT if purpose == "model" else None,
        )
        for key, minutes, where, purpose, why, size, outcome, person in rows
    )


def copies() -> Copies:
    """Two places, one of them pulled out; one drill."""
    return Copies(
        places=(
            PlaceRow(
                "/mnt/second-disk/nightdesk", NOW - 20 * MINUTE, NOW - 19 * MINUTE, NOW - 5 * 60 * MINUTE,
                NOW - 2 * 60 * MINUTE, 41, 183_204,
            ),
            PlaceRow(
                "/media/front-desk/stick", NOW - 2 * DAY, NOW - 2 * DAY, NOW - 2 * DAY, NOW - 2 * DAY, 900, 4_201_337,
                "A place for backups is not there.", "Plug it in, or look at the network.",
            ),
        ),
        drills=(
            DrillRow(
                NOW - 9 * DAY, "/mnt/second-disk/nightdesk", ok=True, sentence="The desk came back whole.",
                lost_minutes=38, took_seconds=41, messages=12_840,
            ),
        ),
        running=(),
        paused="",
        next_drill_at=NOW + 81 * DAY,
    )  # fmt: skip


def permissions() -> dict[str, PermissionRow]:
    """One granted, one asked for."""
    some = (
        PermissionRow(
            "e-model",
            "https://api.anthropic.com",
            "model",
            "Redacted messages and your approved answers, to draft replies.",
            granted=True,
            granted_by="Dr. Avery",
            granted_at=NOW - 18 * DAY,
            last_used=NOW - 12 * MINUTE,
            uses=214,
        ),
        PermissionRow(
            "e-mail",
            "smtp://mail.example.com:587",
            "mail",
            "Word of emergencies and the morning brief, to your own mailbox.",
            granted=False,
        ),
    )
    return {permission.permission_id: permission for permission in some}


def status(state: DeskState) -> Status:
    """How it is going."""
    reasons = (
        Reason(
            "mail-not-permitted",
            "The desk may not send you mail yet.",
            "Grant mail.example.com under What left, or set [mail] to none.",
        ),
    )
    return Status(
        state,
        reasons if state is DeskState.DEGRADED else (),
        (
            Part("Door", ok=True, sentence="Taking messages", since=NOW - 6 * DAY),
            Part("Worker", ok=True, sentence="Nothing waiting"),
            Part("Carrier", ok=True, sentence="Test phone"),
            Part("Model", ok=True, sentence="Offline drafter, on this machine"),
            Part("Mail", ok=state is DeskState.READY, sentence="Not permitted yet"),
            Part("Last sweep", ok=True, sentence="Nothing missing", since=NOW - 4 * MINUTE),
        ),
        LogState(12_408, NOW - 14 * HOUR, 12_311, NOW - 14 * HOUR),
        (("Messages in", 1_204), ("Replies out", 988), ("Waiting for you", 4), ("At the door", 0)),
        (("Desk", "/home/avery/.local/share/nightdesk/maple-street-dental"), ("Backups", "none yet")),
        (("Nightdesk", "0.1.0"), ("SQLCipher", "4.19.0"), ("SQLite", "3.53.0"), ("Python", "3.11.9")),
    )
