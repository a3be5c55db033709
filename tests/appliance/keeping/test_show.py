"""The dry look says what the next run will take away, and the run takes just that; a person's word is heeded."""

from pathlib import Path

from appliance.keeping.clock_guard import CODE
from appliance.keeping.limits import DAY, EVERY
from appliance.keeping.show import accept_shorter, shown
from appliance.views.keeping import Keeping
from storage.vault import Vault
from tests.appliance.keeping.keepers import a_conversation, a_keeper
from tests.standins.clock import FixedClock


def going(seen: Keeping) -> dict[str, int]:
    return {row.what: row.going for row in seen.rows if row.going}


def test_the_dry_look_tells_what_the_run_then_takes(vault: Vault, clock: FixedClock) -> None:
    for age in (80, 91, 100):
        a_conversation(vault, clock.now() - age * DAY)
    keeper = a_keeper(vault, clock)

    before = shown(keeper)
    keeper.chore()
    after = shown(keeper)

    assert (before.last_at, before.next_at) == (None, clock.now())
    assert going(before)["What people wrote"] == 2
    assert dict(after.removed)["texts of people lost their words"] == 2
    assert going(after) == {}
    assert after.next_at == clock.now() + EVERY


def test_looking_changes_nothing(vault: Vault, clock: FixedClock) -> None:
    a_conversation(vault, clock.now() - 100 * DAY)
    keeper = a_keeper(vault, clock)
    changes = vault.changes

    assert shown(keeper) == shown(keeper)
    assert vault.changes == changes


def test_the_oldest_is_shown_and_every_class_has_its_row(vault: Vault, clock: FixedClock) -> None:
    a_conversation(vault, clock.now() - 12 * DAY)
    (Path(vault.folder) / "logs").mkdir(exist_ok=True)

    rows = {row.what: row for row in shown(a_keeper(vault, clock, "bodies = 30\nruns = 365")).rows}

    assert rows["What people wrote"].oldest == clock.now() - 12 * DAY
    assert rows["What people wrote"].limit == "30 days"
    assert rows["Records of automatic handling"].limit == "365 days"
    assert {"Security notices", "The desk's own log files", "The log of who did what", "Backups"} <= rows.keys()
    assert "The archive" not in rows


def test_a_shorter_time_is_shown_with_what_it_would_take(vault: Vault, clock: FixedClock) -> None:
    a_conversation(vault, clock.now() - 50 * DAY)
    a_keeper(vault, clock).chore()
    clock.advance(DAY)
    keeper = a_keeper(vault, clock, "bodies = 30\nruns = 90")
    keeper.chore()

    seen = shown(keeper)
    assert seen.change is not None
    assert seen.change.going >= 2
    assert seen.change.sentences == ("Words are kept for 30 days; until now it was 90 days.",)
    assert going(seen) == {}

    accept_shorter(keeper, by="owner")
    assert shown(keeper).change is None
    assert going(shown(keeper))["What people wrote"] == 1


def test_a_clock_that_jumped_while_the_desk_was_stopped_is_shown_before_any_run(
    vault: Vault, clock: FixedClock
) -> None:
    keeper = a_keeper(vault, clock)
    keeper.guard.look()
    assert shown(keeper).doubt is None

    clock.advance(3 * DAY)

    assert shown(keeper).doubt is not None


def test_a_doubt_is_shown_until_a_person_has_spoken(vault: Vault, clock: FixedClock) -> None:
    keeper = a_keeper(vault, clock)
    keeper.guard.ticks = lambda: 0
    keeper.chore()
    was = clock.now()
    clock.advance(10 * DAY)
    keeper.chore()

    doubt = shown(keeper).doubt
    assert doubt is not None
    assert (doubt.told, doubt.expected) == (clock.now(), was)
    assert keeper.trouble() == (CODE,)

    keeper.guard.trust(by="owner")
    assert shown(keeper).doubt is None
