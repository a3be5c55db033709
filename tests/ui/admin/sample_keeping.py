"""The keeping times that the fake desk shows."""

from dataclasses import replace

from appliance.views.archive import ArchivedText, ArchiveOpened, ArchiveRow, RequestShown
from appliance.views.keeping import ChangeWaiting, ClockDoubt, Keeping, KeptRow
from appliance.views.people import Who
from tests.ui.admin.samples import DAY, HOUR, NOW


def keeping(*, doubt: bool, change: bool) -> Keeping:
    """A desk of some months; with both things that wait for a person, where they are wanted."""
    oldest = NOW - 90 * DAY
    return Keeping(
        rows=(
            KeptRow("What people wrote", "90 days", oldest, 31),
            KeptRow("What was sent to them", "90 days", oldest + HOUR, 29),
            KeptRow("Drafts", "90 days", NOW - 12 * DAY, 0),
            KeptRow("What the assistant was shown", "90 days", oldest, 29),
            KeptRow("Pictures and sound", "90 days", note="The desk does not fetch them, so none are here."),
            KeptRow("The archive", "7 years", NOW - 400 * DAY, 0, "Old texts: 4,120; sealed files: 37."),
            KeptRow("Security notices", "12 months", NOW - 200 * DAY, 0),
            KeptRow("The log of who did what", "7 years", note="It holds no words and no names."),
        ),
        next_at=NOW + 9 * HOUR,
        archives=True,
        last_at=NOW - 14 * HOUR,
        removed=(("texts of people lost their words", 28), ("replies lost their words", 27)),
        doubt=ClockDoubt(NOW, NOW - 61 * HOUR) if doubt else None,
        change=ChangeWaiting(("Words are kept for 30 days; until now it was 90 days.",), 1_204, NOW + 3 * DAY)
        if change
        else None,
    )


PERSON = "p-dana"
WHO = Who("Dana Whitfield", "43")
OLDEST = NOW - 400 * DAY
UNTIL = NOW + 8 * HOUR


def requests() -> dict[str, ArchiveRow]:
    """One that waits, one that is open, one that was refused."""
    reason = "She asks what we told her about the crown last spring."
    asked = ArchiveRow("r-asked", PERSON, WHO, reason, RequestShown.ASKED, "Dr. Avery", NOW - HOUR)
    decided = replace(asked, decided_by="Dr. Avery", decided_at=NOW - HOUR)
    return {
        "r-asked": asked,
        "r-open": replace(decided, request_id="r-open", state=RequestShown.OPEN, opens_until=UNTIL, openings=2),
        "r-no": replace(decided, request_id="r-no", state=RequestShown.REFUSED),
    }


def opened(row: ArchiveRow) -> ArchiveOpened:
    texts = (
        ArchivedText(OLDEST, incoming=True, body="How long will the crown hold?"),
        ArchivedText(OLDEST + HOUR, incoming=False, body="Dr. Avery will call you back in the morning."),
    )
    return ArchiveOpened(row.request_id, row.person_id, row.who, texts, UNTIL, 4_711)
