"""When to try again and when to look again: growing pauses, spread a little so that replies do not come in waves."""

from typing import Final

SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

# After the first, second, … try that was surely not taken. Then it is given up, and staff are told.
TRY_AGAIN: Final = (15 * SECOND, MINUTE, 4 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR)
# After the first, second, … look for a reply whose outcome is unknown; the last one repeats until it is too late.
LOOK_AGAIN: Final = (5 * SECOND, 20 * SECOND, MINUTE, 5 * MINUTE, 10 * MINUTE)
FIRST_LOOK: Final = 2 * SECOND
OUR_ACCOUNT: Final = 10 * MINUTE
# The carrier's list shows a text within seconds. One that it does not show after this long is not there.
NOT_THERE_AFTER: Final = 20 * MINUTE
LONGEST_WISH: Final = HOUR


def try_again(tries: int, *, wish: int | None, spread: float) -> int | None:
    """The pause after that many tries, at least what the carrier wished. None when there was one try too many.

    `spread` is a number from 0 to 1 drawn by the caller.
    """
    if tries > len(TRY_AGAIN):
        return None
    return max(_spread(TRY_AGAIN[max(tries, 1) - 1], spread), min(wish or 0, LONGEST_WISH))


def look_again(looks: int, *, spread: float) -> int:
    """The pause after that many looks."""
    return _spread(LOOK_AGAIN[min(max(looks, 1), len(LOOK_AGAIN)) - 1], spread)


def _spread(pause: int, spread: float) -> int:
    return int(pause * (0.8 + 0.4 * spread))
