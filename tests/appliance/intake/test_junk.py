"""Junk is caught, and what honest people text after hours is not; on texts that nobody trained on."""

import json
from pathlib import Path

import pytest

from appliance.intake.junk import has_cue
from appliance.intake.sort import sort_text

HERE = Path(__file__).parent
DEV = HERE.parents[1] / "eval" / "dev_first.jsonl"


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def test_hardly_any_honest_text_after_hours_is_junk() -> None:
    texts = [json.loads(line)["text"] for line in DEV.read_text("utf-8").splitlines()]

    taken = [text for text in texts if sort_text(text).junk]

    assert len(texts) >= 360
    assert len(taken) <= 2, taken


def test_honest_texts_with_links_sums_and_offers_in_them_are_not_junk() -> None:
    assert [text for text in lines("honest_unseen.txt") if sort_text(text).junk] == []


def test_most_solicitations_that_nobody_trained_on_are_junk() -> None:
    texts = lines("junk_unseen.txt")

    missed = [text for text in texts if not sort_text(text).junk]

    assert len(missed) / len(texts) <= 0.1, missed


@pytest.mark.parametrize(
    "text",
    [
        "I live at 4417 Quillwood Lane, Springfield TX 78701. dob 04/12/1987, member id BX4471203",
        "abdul rahman 2/3/1981, group 0071442, sub id ZXJ 220 118 940",
        "my email is rosa.k@example.org and my cell is (512) 555-0119",
        "gate 4471#, unit 12-B, 9902 County Road 340",
        "PLEASE CALL HAROLD",
        "",
    ],
)
def test_names_numbers_and_addresses_alone_are_no_cue(text: str) -> None:
    assert not has_cue(text)
    assert not sort_text(text).junk


def test_a_very_long_text_is_sorted_soon() -> None:
    for piece in ("1,", "a.", "a-", "0 7", "call ", "text yes ", "$ ", "X" * 5 + " "):
        assert sort_text(piece * 5_000).language
