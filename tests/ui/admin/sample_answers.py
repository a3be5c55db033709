"""The answers of the invented desk, as the fake desk shows them."""

from appliance.views.answers import AnswerRow, AnswerShown, AnswerState, AnswerText, SlotHelp
from tests.ui.admin.samples import DAY, NOW

SLOTS = (
    SlotHelp("desk_name", "The name of the practice.", "Maple Street Dental"),
    SlotHelp("next_open", "When you open next.", "Monday at 8:00 am"),
    SlotHelp("hours_today", "Today's hours.", "closed today"),
    SlotHelp("desk_phone", "Your number for calls.", "512-555-0100"),
)
INTENTS = (
    ("hours", "Opening hours"),
    ("booking", "Booking"),
    ("emergency", "Emergencies"),
    ("other", "Something else"),
)


def fill(text: str) -> str:
    """The slots as they read today."""
    for slot in SLOTS:
        text = text.replace("{" + slot.name + "}", slot.example)
    return text


def answers() -> dict[str, AnswerShown]:
    """Three of them, one in each state."""

    def made(key: str, title: str, intent: str, state: AnswerState, english: str, spanish: str = "") -> AnswerShown:
        texts = tuple(AnswerText(code, text, fill(text)) for code, text in (("en", english), ("es", spanish)) if text)
        approved = state is AnswerState.APPROVED
        by, at = ("Dr. Avery", NOW - 18 * DAY) if approved else ("", None)
        return AnswerShown(key, 3, title, intent, texts, SLOTS, INTENTS, state, True, by, at)  # noqa: FBT003

    some = (
        made(
            "a-hours",
            "Opening hours",
            "hours",
            AnswerState.APPROVED,
            "{desk_name} opens {next_open}.",
            "{desk_name} abre {next_open}.",
        ),
        made(
            "a-booking", "Booking", "booking", AnswerState.WAITING, "Tell us what day suits you. We open {next_open}."
        ),
        made("a-emergency", "Emergency", "emergency", AnswerState.APPROVED, "Call 911 now, or {desk_phone}."),
        made("a-old", "Holiday hours 2025", "hours", AnswerState.RETIRED, "We are closed until January 2."),
    )
    return {answer.answer_id or "": answer for answer in some}


def answer_row(answer: AnswerShown) -> AnswerRow:
    """An answer as the list shows it."""
    return AnswerRow(
        answer.answer_id or "",
        answer.title,
        tuple(text.language for text in answer.texts),
        answer.state,
        answer.unattended,
        answer.approved_by,
        answer.approved_at,
        answer.texts[0].text if answer.texts else "",
    )
