"""How long from a text at the door to its reply at the carrier, with the built-in rules and no model to wait for."""

import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.bench.rows import Goal, Row
from tests.journeys.house import a_house
from tests.standins.twilio import TwilioStandIn

TEXTS = 40
_WITHIN_S = 10.0


def rows() -> Iterable[Row]:
    with (
        tempfile.TemporaryDirectory(prefix="nightdesk-bench-") as folder,
        TwilioStandIn() as twilio,
        a_house(Path(folder) / "h", api_base=twilio.url, as_typed=True) as house,
    ):
        house.start()
        took = []
        for number in range(TEXTS):
            sender = f"+1512555{100 + number:04}"
            began = time.perf_counter()
            house.carrier.text("what are your hours?", sender=sender)
            while len(twilio.creations) <= number:
                if time.perf_counter() - began > _WITHIN_S:
                    raise RuntimeError("no reply came")
                time.sleep(0.001)
            took.append((time.perf_counter() - began) * 1000)
    # The first one loads the carrier's own client.
    took = sorted(took[1:])
    yield Row(
        "text in to reply handed to the carrier, p50",
        "ms",
        statistics.median(took),
        goal=Goal("figure", "at most", 100),
    )
    yield Row("the same, p95", "ms", took[int(len(took) * 0.95)])
