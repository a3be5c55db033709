"""When something is past its keeping time: each choice, the exact boundary, the desk's zone, the change of clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.keeping.limits import DAY, HOUR, YEAR, every, is_shorter, past_before, words_before
from appliance.settings.values import OFF, AfterKeeping, KeepingSettings
from storage.retention import Kept

CHICAGO = ZoneInfo("America/Chicago")
ZONES = [
    ZoneInfo(name) for name in ("UTC", "America/Chicago", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago")
]
TIMES = st.integers(min_value=1_600_000_000_000, max_value=2_200_000_000_000)


def at(text: str, zone: ZoneInfo = CHICAGO) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def gone_by(received: int, now: int, zone: ZoneInfo = CHICAGO) -> bool:
    return received < words_before(OFF, now=now, zone=zone)


@pytest.mark.parametrize("days", [30, 60, 90, 180, 365])
def test_a_number_of_days_is_that_many_days_to_the_millisecond(days: int) -> None:
    now = at("2026-11-21T21:00")
    before = words_before(days, now=now, zone=CHICAGO)

    assert before == now - days * DAY


def test_off_means_within_a_day_of_the_next_brief() -> None:
    evening = at("2026-11-20T19:15")  # its brief: Saturday 07:30

    assert not gone_by(evening, at("2026-11-22T06:29:59"))
    assert gone_by(evening, at("2026-11-22T06:30"))
    assert gone_by(evening, at("2026-11-22T07:30"))


def test_what_comes_at_the_moment_of_the_brief_is_told_of_by_the_next_one() -> None:
    brief = at("2026-11-21T07:30")

    assert gone_by(brief - 1, at("2026-11-22T07:00"))
    assert not gone_by(brief, at("2026-11-22T07:00"))
    assert gone_by(brief, at("2026-11-23T07:00"))


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_the_brief_is_at_half_past_seven_on_the_days_the_clocks_change_too(day: str) -> None:
    brief = at(f"{day}T07:30")

    assert words_before(OFF, now=brief + 23 * HOUR, zone=CHICAGO) == brief
    assert words_before(OFF, now=brief + 23 * HOUR - 1, zone=CHICAGO) < brief


@given(received=TIMES, zone=st.sampled_from(ZONES))
def test_with_off_nothing_goes_before_its_brief_and_all_is_gone_a_day_after_it(received: int, zone: ZoneInfo) -> None:
    local = datetime.fromtimestamp(received / 1000, UTC).astimezone(zone)
    brief = local.replace(hour=7, minute=30, second=0, microsecond=0)
    if brief <= local:
        brief += timedelta(days=1)
    brief_at = int(brief.timestamp() * 1000)

    assert not gone_by(received, brief_at, zone)
    # The next hourly run after the limit has it.
    assert gone_by(received, brief_at + 24 * HOUR, zone)


@given(now=TIMES, later=st.integers(min_value=0, max_value=400 * DAY), zone=st.sampled_from(ZONES))
@pytest.mark.parametrize("days", [OFF, 30, 365])
def test_what_is_past_stays_past(days: int, now: int, later: int, zone: ZoneInfo) -> None:
    assert words_before(days, now=now, zone=zone) <= words_before(days, now=now + later, zone=zone)


def test_each_class_has_its_own_limit() -> None:
    now = at("2026-11-21T21:00")
    before = past_before(KeepingSettings(bodies=30, runs=180), now=now, zone=CHICAGO)

    assert before[Kept.MESSAGES] == before[Kept.DEPARTURES] == now - 30 * DAY
    assert before[Kept.RUNS] == now - 180 * DAY
    assert before[Kept.ALERTS] == now - YEAR
    assert set(before) == set(Kept)


def test_runs_are_close_enough_that_nothing_is_a_day_past_its_time() -> None:
    assert every(KeepingSettings()) < DAY
    assert every(KeepingSettings(bodies=OFF)) == HOUR


@pytest.mark.parametrize(
    ("known", "wanted", "shorter"),
    [
        (KeepingSettings(), KeepingSettings(), False),
        (KeepingSettings(bodies=90), KeepingSettings(bodies=365), False),
        (KeepingSettings(bodies=90), KeepingSettings(bodies=60), True),
        (KeepingSettings(bodies=30), KeepingSettings(bodies=OFF), True),
        (KeepingSettings(bodies=OFF), KeepingSettings(bodies=30), False),
        (KeepingSettings(runs=180), KeepingSettings(runs=90), True),
        (KeepingSettings(after=AfterKeeping.ARCHIVE), KeepingSettings(), True),
        (KeepingSettings(), KeepingSettings(after=AfterKeeping.ARCHIVE), False),
        (KeepingSettings(archive_years=7), KeepingSettings(archive_years=1), False),
        (KeepingSettings(90, 90, AfterKeeping.ARCHIVE, 7), KeepingSettings(90, 90, AfterKeeping.ARCHIVE, 6), True),
        (KeepingSettings(bodies=90, runs=180), KeepingSettings(bodies=365, runs=90), True),
    ],
)
def test_a_change_is_shorter_when_something_would_go_earlier(
    known: KeepingSettings, wanted: KeepingSettings, *, shorter: bool
) -> None:
    assert is_shorter(wanted, known) is shorter
