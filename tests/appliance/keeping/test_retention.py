"""Retention as a desk runs it: every choice with the clock moved on, what is on the log, and what holds it back."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.keeping.change import CODE as SHORTER
from appliance.keeping.change import WAITS, accept
from appliance.keeping.clock_guard import CODE as JUMPED
from appliance.keeping.limits import DAY, HOUR
from appliance.keeping.retention import BATCH, LATE_AFTER, Keeper, last_run
from storage.alerts import AlertKind
from storage.keys.keytable import KeyName
from storage.messages import MessageId, MessageState
from storage.plaintext import Plaintext
from storage.reading import Reading, Shown
from storage.replies import ReplyState
from storage.retention import Kept
from storage.vault import DESK_FILE, Vault
from tests.appliance.keeping.keepers import a_conversation, a_keeper, a_year_of_days, oldest_words, settings_with
from tests.desks import NOW, a_message, a_person, a_vault
from tests.in_pages import PAGE, holds
from tests.standins.clock import FixedClock


def leaves(vault: Vault, action: str) -> list[dict[str, Any]]:
    with vault.look() as tx:
        told = [json.loads(body) for body in tx.audit.bodies()]
    return [one["detail"] for one in told if one["action"] == action]


def alerts(vault: Vault) -> list[str]:
    with vault.look() as tx:
        return [alert.code for alert in tx.alerts.unseen()]


def words_of(vault: Vault, message: MessageId) -> str:
    with vault.reading() as tx:
        return tx.readings.one(Reading("owner", Shown.THREAD, NOW), tx.messages.get(message).body).text


def passes(keeper: Keeper, clock: FixedClock, days: float, *, step: int = HOUR) -> None:
    """Time goes on, and the chore is called again and again as the worker would."""
    for _ in range(int(days * DAY / step)):
        clock.advance(step)
        keeper.chore()


@pytest.mark.parametrize("days", [30, 60, 90, 180, 365])
def test_words_go_after_so_many_days_and_never_stay_a_day_longer(vault: Vault, clock: FixedClock, days: int) -> None:
    a_year_of_days(vault, clock.now(), days + 5)
    keeper = a_keeper(vault, clock, f"bodies = {days}")
    with vault.look() as tx:
        before = (tx.messages.count(), tx.replies.count(), tx.people.count())

    keeper.chore()
    passes(keeper, clock, 3, step=3 * HOUR)

    oldest = oldest_words(vault)
    assert oldest is not None
    assert clock.now() - (days + 1) * DAY < oldest <= clock.now() - (days - 1) * DAY
    with vault.look() as tx:
        assert (tx.messages.count(), tx.replies.count(), tx.people.count()) == before


def test_off_keeps_no_words_beyond_a_day_after_the_brief(vault: Vault, clock: FixedClock) -> None:
    keeper = a_keeper(vault, clock, 'bodies = "off"')
    keeper.chore()
    for hour in range(2 * 24):
        if hour % 6 == 0:
            a_conversation(vault, clock.now())
        clock.advance(HOUR)
        keeper.chore()
        oldest = oldest_words(vault)
        # The longest way: just after one brief, through the next, and a day.
        assert oldest is None or clock.now() - oldest <= 48 * HOUR

    passes(keeper, clock, 2.1, step=2 * HOUR)
    assert oldest_words(vault) is None


@pytest.mark.parametrize(("age", "gone"), [(90 * DAY - 1, False), (90 * DAY, False), (90 * DAY + 1, True)])
def test_the_limit_is_exact(vault: Vault, clock: FixedClock, age: int, *, gone: bool) -> None:
    message, _ = a_conversation(vault, clock.now() - age)

    a_keeper(vault, clock).chore()

    assert (words_of(vault, message) == "") is gone


def test_everything_that_quotes_the_person_goes_and_the_rest_stays(vault: Vault, clock: FixedClock) -> None:
    message, reply = a_conversation(vault, clock.now() - 91 * DAY)

    a_keeper(vault, clock, "runs = 180").chore()

    with vault.look() as tx:
        kept, sent, run = tx.messages.get(message), tx.replies.get(reply), tx.runs.of_message(message)
        person = tx.people.get(kept.person)
        assert kept.body_removed_at == sent.body_removed_at == clock.now()
        assert run is not None
        assert run.prompt is None
        assert run.body_removed_at == clock.now()
        assert person.preview is None
        assert tx.placeholders.of(person.id) is None
        assert (sent.state, person.texts, kept.received_at) == (ReplyState.DELIVERED, 0, clock.now() - 91 * DAY)


def test_what_it_did_is_on_the_log_and_told(vault: Vault, clock: FixedClock) -> None:
    for _ in range(3):
        a_conversation(vault, clock.now() - 100 * DAY)

    a_keeper(vault, clock).chore()

    *batches, whole = leaves(vault, "retained")
    assert {"kept": "messages", "count": 3} in batches
    assert whole == {"done": True, "messages": 3, "replies": 3, "prompts": 3, "previews": 1, "runs": 3}
    with vault.look() as tx:
        ran = last_run(tx)
    assert ran is not None
    assert ran.at == clock.now()
    assert ran.removed["messages"] == 3


def test_it_works_in_batches_and_each_has_its_leaf(vault: Vault, clock: FixedClock) -> None:
    with vault.transaction() as tx:
        person = a_person(tx, vault).id
        for _ in range(2 * BATCH + 1):
            message = a_message(tx, person, received_at=clock.now() - 91 * DAY)
            tx.messages.settle(message.id, MessageState.ANSWERED)
    rested: list[None] = []
    told: list[str] = []

    @contextmanager
    def gone(ids: Sequence[str]) -> Iterator[None]:
        with vault.look() as tx:
            assert all(tx.messages.get(MessageId(one)).body_removed_at is None for one in ids)
        told.extend(ids)
        yield
        with vault.look() as tx:
            assert all(tx.messages.get(MessageId(one)).body_removed_at is not None for one in ids)

    a_keeper(vault, clock, rest=lambda: rested.append(None), gone=gone).chore()

    assert [one["count"] for one in leaves(vault, "retained") if one.get("kept") == "messages"] == [BATCH, BATCH, 1]
    assert len(rested) >= 3
    assert len(set(told)) == 2 * BATCH + 1


def test_a_run_comes_once_a_day(vault: Vault, clock: FixedClock) -> None:
    keeper = a_keeper(vault, clock)

    passes(keeper, clock, 10, step=4 * HOUR)

    assert 10 <= len([one for one in leaves(vault, "retained") if one.get("done")]) <= 11
    assert keeper.trouble() == ()


def test_a_run_that_is_late_is_told(vault: Vault, clock: FixedClock) -> None:
    keeper = a_keeper(vault, clock)
    keeper.chore()

    clock.advance(LATE_AFTER)
    assert keeper.trouble() == ()
    clock.advance(1)
    assert keeper.trouble() == ("keeping-late",)


@pytest.mark.parametrize("jump", [400 * DAY, 49 * HOUR, -49 * HOUR])
def test_a_clock_that_jumps_deletes_nothing_until_a_person_has_spoken(
    vault: Vault, clock: FixedClock, jump: int
) -> None:
    message, _ = a_conversation(vault, clock.now() - 89 * DAY)
    ticks = [0]
    keeper = a_keeper(vault, clock)
    keeper.guard.ticks = lambda: ticks[0]
    keeper.chore()

    clock.advance(jump)
    for _ in range(30):
        clock.advance(HOUR)
        ticks[0] += HOUR
        keeper.chore()

    assert words_of(vault, message) != ""
    assert keeper.trouble() == (JUMPED,)
    assert JUMPED in alerts(vault)

    keeper.guard.trust(by="owner")
    clock.advance(DAY)
    ticks[0] += DAY
    keeper.chore()
    assert (words_of(vault, message) == "") is (jump > 0)
    assert keeper.trouble() == ()


def test_a_shorter_time_waits_three_days_and_is_told(vault: Vault, clock: FixedClock) -> None:
    message, _ = a_conversation(vault, clock.now() - 50 * DAY)
    a_keeper(vault, clock, "bodies = 90").chore()
    keeper = a_keeper(vault, clock, "bodies = 30")

    clock.advance(DAY)
    keeper.chore()
    assert words_of(vault, message) != ""
    assert alerts(vault) == [SHORTER]

    passes(keeper, clock, WAITS / DAY - 1)
    assert words_of(vault, message) != ""
    passes(keeper, clock, 2)
    assert words_of(vault, message) == ""
    assert alerts(vault) == []


def test_a_shorter_time_holds_at_once_when_a_person_says_yes(vault: Vault, clock: FixedClock) -> None:
    message, _ = a_conversation(vault, clock.now() - 50 * DAY)
    a_keeper(vault, clock, "bodies = 90").chore()
    keeper = a_keeper(vault, clock, "bodies = 30")
    clock.advance(DAY)
    keeper.chore()

    with vault.transaction() as tx:
        accept(tx, settings_with("bodies = 30").keeping, by="owner", at=clock.now())
    clock.advance(DAY)
    keeper.chore()

    assert words_of(vault, message) == ""


def test_a_longer_time_and_a_change_back_hold_at_once(vault: Vault, clock: FixedClock) -> None:
    message, _ = a_conversation(vault, clock.now() - 89 * DAY)
    a_keeper(vault, clock, "bodies = 90").chore()
    clock.advance(DAY)
    a_keeper(vault, clock, "bodies = 30").chore()
    clock.advance(DAY)
    a_keeper(vault, clock, "bodies = 180").chore()
    clock.advance(5 * DAY)
    a_keeper(vault, clock, "bodies = 180").run(clock.now())

    assert words_of(vault, message) != ""
    assert alerts(vault) == []


def test_a_new_desk_keeps_to_its_settings_from_the_first_run(vault: Vault, clock: FixedClock) -> None:
    message, _ = a_conversation(vault, clock.now() - 50 * DAY)

    a_keeper(vault, clock, "bodies = 30").chore()

    assert words_of(vault, message) == ""


def test_security_events_stay_twelve_months(vault: Vault, clock: FixedClock) -> None:
    with vault.transaction() as tx:
        tx.alerts.raise_(AlertKind.SECURITY, "barrier-refused", at=clock.now() - 366 * DAY)
        tx.alerts.raise_(AlertKind.SECURITY, "csrf", at=clock.now() - 364 * DAY)

    a_keeper(vault, clock).chore()

    assert alerts(vault) == ["csrf"]


def test_log_files_of_days_past_go(vault: Vault, clock: FixedClock) -> None:
    logs = vault.folder / "logs"
    logs.mkdir(exist_ok=True)
    # NOW is January 15, 2027; ninety days before is October 17, 2026.
    names = ["core.log", "core.log.2026-10-16", "core.log.2026-10-16.2", "core.log.2026-10-17", "door.log.2026-01-01"]
    for name in names:
        (logs / name).write_text("{}\n")

    a_keeper(vault, clock).chore()

    assert sorted(path.name for path in logs.iterdir()) == ["core.log", "core.log.2026-10-17"]


def test_no_page_in_use_or_free_and_no_log_of_the_database_holds_the_old_envelope(
    vault: Vault, clock: FixedClock
) -> None:
    path, key = vault.folder / DESK_FILE, vault.keys.key(KeyName.DB).secret.reveal()
    message, _ = a_conversation(vault, clock.now() - 91 * DAY, "x" * 9_000)
    with vault.look() as tx:
        envelope = tx.messages.get(message).body.envelope
    assert len(envelope) > 2 * PAGE
    assert holds(path, key, envelope)

    a_keeper(vault, clock).chore()

    assert not holds(path, key, envelope)
    assert Path(f"{path}-wal").stat().st_size == 0


@given(
    ages=st.lists(st.integers(min_value=0, max_value=200), min_size=1, max_size=12),
    days=st.sampled_from([30, 60, 90, 180]),
)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_what_is_past_its_time_goes(
    tmp_path_factory: pytest.TempPathFactory, ages: list[int], days: int
) -> None:
    clock = FixedClock()
    with a_vault(tmp_path_factory.mktemp("kept") / "maple") as vault:
        made = {a_conversation(vault, clock.now() - age * DAY)[0]: age for age in ages}

        a_keeper(vault, clock, f"bodies = {days}").chore()

        assert {message for message in made if words_of(vault, message) == ""} == {
            message for message, age in made.items() if age > days
        }
        with vault.look() as tx:
            assert tx.messages.count() == len(ages)
            assert tx.retention.waiting(Kept.MESSAGES, before=clock.now() - days * DAY).past == 0


def test_a_run_that_was_cut_short_goes_on_where_it_stopped(vault: Vault, clock: FixedClock) -> None:
    with vault.transaction() as tx:
        person = a_person(tx, vault).id
        for _ in range(BATCH + 5):
            message = a_message(tx, person, received_at=clock.now() - 91 * DAY, original=Plaintext("secret"))
            tx.messages.settle(message.id, MessageState.ANSWERED)

    def fails() -> None:
        raise OSError("pulled")

    with pytest.raises(OSError, match="pulled"):
        a_keeper(vault, clock, rest=fails).chore()
    with vault.look() as tx:
        assert tx.retention.waiting(Kept.MESSAGES, before=clock.now()).past == 5
        assert last_run(tx) is None

    a_keeper(vault, clock).chore()

    counts = [one["count"] for one in leaves(vault, "retained") if one.get("kept") == "messages"]
    assert counts == [BATCH, 5]
