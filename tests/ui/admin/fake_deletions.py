"""Deleting people on the fake desk: three requests, each at another place of its life."""

from appliance.views.closing import ClosingShown
from appliance.views.deletions import Deleted, DeletionRow, Deletions, ListRow, ListShown, ToDelete
from appliance.views.people import Reader, Who
from tests.ui.admin import samples

DAY = 86_400_000
ERASURE = "e" * 32


class FakeDeletions:
    """The verbs; what was asked for is forgotten at once."""

    def shown(self, reader: Reader) -> Deletions:
        at = samples.NOW
        return Deletions(
            waiting=(
                DeletionRow(
                    ERASURE, "1" * 32, Deleted.WAITING, at - DAY, "Dr. Avery", at + 29 * DAY,
                    who=Who("Dana Reyes", "43"),
                ),
                DeletionRow("f" * 32, "2" * 32, Deleted.ERASING, at - 30 * DAY, "Dr. Avery", at),
            ),
            past=(
                DeletionRow(
                    "a" * 32, "3" * 32, Deleted.ERASED, at - 2 * DAY, "Dr. Avery", at - 2 * DAY, at - 2 * DAY, 14,
                    owed=("Copies of the keys at your backup places are still to be replaced.",),
                    carrier="12 texts deleted by the carrier; 2 texts the carrier did not have",
                ),
                DeletionRow("b" * 32, "4" * 32, Deleted.UNDONE, at - 9 * DAY, "Dr. Avery", at, at - 8 * DAY),
            ),
        )  # fmt: skip

    def to_delete(self, reader: Reader, person_id: str) -> ToDelete:
        return ToDelete(person_id, Who("Dana Reyes", "43"), "+1 512 555 0143", 14, stopped=True)

    def delete(self, reader: Reader, person_id: str, *, for_good: bool) -> None:
        pass

    def undo(self, reader: Reader, erasure_id: str) -> str:
        return "1" * 32

    def certificate(self, reader: Reader, erasure_id: str) -> str:
        return "nightdesk erasure 1\n"

    def look_up(self, reader: Reader, numbers: str) -> ListShown:
        rows = (
            ListRow(2, "(512) 555-0143", found=True, sentence="Found."),
            ListRow(3, "+15125550177", found=False, sentence="Nobody with that number ever wrote."),
            ListRow(4, "abc", found=False, sentence="This is no telephone number."),
        )
        return ListShown(numbers, rows, 1)

    def delete_list(self, reader: Reader, numbers: str, *, for_good: bool) -> int:
        return 1

    def closing_shown(self, reader: Reader) -> ClosingShown:
        return ClosingShown(samples.NOW - DAY, samples.NOW + 13 * DAY, None, 212)

    def close_desk(self, reader: Reader) -> None:
        pass

    def reopen_desk(self, reader: Reader) -> None:
        pass

    def closing_certificate(self, reader: Reader) -> str:
        return "nightdesk closing 1\n"
