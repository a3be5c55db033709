"""What the icon says and offers, and how it looks, in each state."""

import itertools

import pytest

from appliance.views.status import DeskState
from ui.tray.menu import STOPPED, Act, Entry, entries, title
from ui.tray.picture import SIZE, picture

STATES = (*DeskState, STOPPED)
REASON = {"sentence": "The newest backup is old.", "code": "backup-old", "remedy": ""}


def acts(lines: list[Entry]) -> set[Act]:
    below = [entry for line in lines for entry in line.below]
    return {entry.act for entry in [*lines, *below] if entry.act}


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_words_of_its_own_and_a_way_to_close_the_icon(state: str) -> None:
    lines = entries("Maple Street", state)

    assert lines[0].text == title("Maple Street", state)
    assert len({title("Maple Street", other) for other in STATES}) == len(STATES)
    assert lines[-1].act is Act.CLOSE
    assert sum(line.main for line in lines) <= 1


def test_keys_are_changed_only_where_a_desk_is_open_and_after_one_more_click() -> None:
    able = {state for state in STATES if Act.ROTATE in acts(entries("Maple Street", state))}

    assert able == {DeskState.READY, DeskState.DEGRADED, DeskState.SAFE_MODE}
    assert Act.ROTATE not in {line.act for line in entries("Maple Street", DeskState.READY)}
    assert Act.ROTATE not in acts(entries("Maple Street", DeskState.READY, rotating=True))


def test_a_locked_desk_can_be_unlocked_and_a_stopped_one_says_how_to_start_it() -> None:
    assert "Unlock the desk …" in [line.text for line in entries("Maple Street", DeskState.LOCKED)]
    assert Act.OPEN not in acts(entries("Maple Street", STOPPED))
    assert "Start it with: nightdesk serve" in [line.text for line in entries("Maple Street", STOPPED)]


def test_reasons_are_told_in_their_sentences_and_not_too_many_nor_too_long() -> None:
    lines = entries("Maple Street", DeskState.DEGRADED, [REASON, {**REASON, "sentence": "x" * 300}, REASON, REASON])

    told = [line.text for line in lines[1:4]]
    assert told[0] == REASON["sentence"]
    assert len(told[1]) == 90
    assert [line.text for line in lines].count(REASON["sentence"]) == 2


def test_states_differ_in_shape_and_not_only_in_colour() -> None:
    grey = {state: picture(state).convert("LA").tobytes() for state in STATES if state != DeskState.STARTING}

    assert picture(STOPPED).size == (SIZE, SIZE)
    assert picture(STOPPED).tobytes() == picture(DeskState.STARTING).tobytes()
    for one, other in itertools.combinations(grey, 2):
        differing = sum(a != b for a, b in zip(grey[one], grey[other], strict=True))
        assert differing > 200, (one, other)
