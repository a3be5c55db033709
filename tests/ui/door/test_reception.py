"""What the door answers when the spool is full or its disk fails. Requests are parsed as from the wire."""

import errno
import queue
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from waitress.adjustments import Adjustments

from storage.spool.limits import SpoolLimits
from storage.spool.writer import SpoolWriter
from tests.standins.doors import DESK, PUBLIC_URL
from tests.standins.letters import RECIPIENT, HastyDisk, a_reader, bodies
from tests.standins.signed import ACCOUNT, FORM, NUMBER, TOKEN, sign, sms
from ui.door.check import DoorCheck
from ui.door.facts import DoorFacts
from ui.door.reception import Reception
from ui.door.refusal import STATUS, Reason
from ui.door.requests import StrictRequest
from ui.door.server import Delivered
from ui.door.tally import Tally

FACTS = DoorFacts(DESK, PUBLIC_URL, ACCOUNT, NUMBER, RECIPIENT, 0)


class FailingDisk(HastyDisk):
    code = 0

    def sync(self, descriptor: int) -> None:
        if self.code:
            raise OSError(self.code, "no")

    def write(self, descriptor: int, data: bytes) -> None:
        if self.code == errno.ENOSPC:
            raise OSError(self.code, "no")
        super().write(descriptor, data)


class Desk:
    def __init__(self, folder: Path, limits: SpoolLimits) -> None:
        self.disk = FailingDisk()
        self.spool = SpoolWriter(folder, recipient=RECIPIENT, limits=limits, disk=self.disk)
        self.tally = Tally(since=0)
        self.woken = 0
        self.delivered: queue.Queue[Delivered] = queue.Queue()
        self.reception = Reception(FACTS, self.spool, self.tally, deliver=self.delivered.put, wake=self.wake)
        self.reception.tokens = (TOKEN,)

    def wake(self) -> None:
        self.woken += 1

    def statuses(self, *requests: StrictRequest) -> list[int]:
        answers = dict(zip(map(id, requests), self.reception.answer(requests), strict=True))
        while None in answers.values():
            answers |= {id(one): answered for one, answered in self.delivered.get(timeout=5)}
        return [int((answered or b"")[9:12]) for answered in answers.values()]

    def close(self) -> None:
        self.reception.close()
        self.spool.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path, SpoolLimits())
    yield opened
    opened.close()


def request(body: str = "hello", *, signature: str = "") -> StrictRequest:
    form = sms(body)
    target = f"/hooks/{DESK}/sms"
    data = urlencode(form).encode()
    head = (
        f"POST {target} HTTP/1.1\r\nHost: desk.example\r\nContent-Type: {FORM}\r\nContent-Length: {len(data)}\r\n"
        f"X-Twilio-Signature: {signature or sign(PUBLIC_URL + target, form)}\r\n\r\n"
    )
    parsed = StrictRequest(Adjustments())
    parsed.received(head.encode())
    parsed.received(data)
    assert parsed.completed
    return parsed


def test_a_round_is_kept_as_one_record_and_each_request_gets_its_own_answer(desk: Desk, tmp_path: Path) -> None:
    statuses = desk.statuses(request("one"), request("forged", signature="A" * 27 + "="), request("two"))

    assert statuses == [200, 403, 200]
    assert bodies(a_reader(tmp_path)) == ["one", "two"]
    assert desk.woken == 1
    assert desk.tally.counts()["acknowledged"] == 2


def test_a_failed_fsync_is_503_now_and_from_then_on(desk: Desk) -> None:
    desk.disk.code = errno.EIO
    first = desk.statuses(request(), request("forged", signature="x"))
    desk.disk.code = 0

    assert first == [503, 403]
    assert desk.statuses(request()) == [503]
    assert desk.tally.refused[Reason.SPOOL_FAILED] == 2
    assert desk.woken == 0


def test_a_full_disk_is_503_until_there_is_room(desk: Desk) -> None:
    desk.disk.code = errno.ENOSPC
    assert desk.statuses(request()) == [503]
    desk.disk.code = 0

    assert desk.statuses(request()) == [200]
    assert desk.tally.refused[Reason.SPOOL_FULL] == 1


def test_a_full_spool_is_503(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SpoolLimits(total_bytes=3000))

    statuses = [desk.statuses(request("x" * 800))[0] for _ in range(4)]

    assert statuses == [200, 503, 503, 503]
    desk.close()


def test_unchecked_letters_beyond_their_room_are_503_and_checked_ones_still_go_in(tmp_path: Path) -> None:
    desk = Desk(tmp_path, SpoolLimits(unchecked_letters=2))
    desk.reception.tokens = ()

    statuses = [desk.statuses(request())[0] for _ in range(3)]
    desk.reception.tokens = (TOKEN,)

    assert statuses == [200, 200, 503]
    assert desk.statuses(request()) == [200]
    desk.close()


def test_a_request_that_breaks_the_check_is_500_and_hurts_no_other(desk: Desk) -> None:
    class Broken(DoorCheck):
        def check(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise RuntimeError("a mistake of ours")

    desk.reception.judge = Broken(FACTS)

    assert desk.statuses(request()) == [500]


def test_the_carrier_is_never_told_to_slow_down() -> None:
    assert 429 not in STATUS.values()
    assert set(STATUS) == set(Reason)
