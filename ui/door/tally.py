"""What the door has done since it started: counts only, for the core's security log and the status page."""

from collections import Counter

from ui.door.refusal import Reason


class Tally:
    def __init__(self, *, since: int) -> None:
        self.since = since
        self.acknowledged = 0
        self.unchecked = 0
        self.refused: Counter[Reason] = Counter()

    def took(self, letters: int, *, checked: bool) -> None:
        self.acknowledged += letters
        if not checked:
            self.unchecked += letters

    def counts(self) -> dict[str, object]:
        return {
            "since": self.since,
            "acknowledged": self.acknowledged,
            "unchecked": self.unchecked,
            "refused": {reason.value: number for reason, number in sorted(self.refused.items())},
        }
