"""Slowing down guesses at the passphrase. Nobody is ever locked out for good: the pause has an end (ASVS 6.1.1)."""

import threading
from typing import Final

from appliance.views.refusals import NotPossible

FREE: Final = 3
LONGEST_MS: Final = 60_000
_FIRST_MS: Final = 1_000


class Guesses:
    """Wrong passphrases since the last right one: after three, each doubles the pause, to a minute at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._missed = 0
        self._not_before = 0

    def wait_for_turn(self, now: int) -> None:
        """Raises NotPossible while the pause lasts."""
        with self._lock:
            pause = self._not_before - now
            # A clock set back must not turn the pause into a long one.
            if 0 < pause <= LONGEST_MS:
                raise NotPossible(
                    "Too many wrong passphrases.", remedy=f"Wait {pause // 1000 + 1} seconds and try again."
                )

    def right(self) -> None:
        """The right one: the counting begins again."""
        with self._lock:
            self._missed = self._not_before = 0

    def missed(self, now: int) -> None:
        """One more was wrong."""
        with self._lock:
            self._missed += 1
            if self._missed > FREE:
                self._not_before = now + min(LONGEST_MS, _FIRST_MS << min(self._missed - FREE, 10))
