"""Whether somebody wants no more texts: tables of what must count and what must not."""

from pathlib import Path

import pytest

from appliance.intake.optout import find_wish

HERE = Path(__file__).parent


def rows(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [(wish, text) for wish, text in (line.split("|", 1) for line in lines if line and not line.startswith("# "))]


def wish_of(text: str) -> str:
    wish = find_wish(text)
    return "out" if wish.out else "in" if wish.again else "help" if wish.help else "none"


@pytest.mark.parametrize(("wish", "text"), rows("optout_cases.txt"))
def test_a_text_of_the_table_is_the_wish_it_is_given(wish: str, text: str) -> None:
    assert wish_of(text) == wish


@pytest.mark.parametrize(("wish", "text"), rows("optout_unseen.txt"))
def test_a_text_that_no_rule_was_made_for_is_understood(wish: str, text: str) -> None:
    assert wish_of(text) == wish


@pytest.mark.parametrize(
    "text",
    [
        "SALE 50% off today! Reply STOP to opt out",
        "Claim your prize http://x.example Txt STOP to end",
        "To unsubscribe reply STOP",
        "Msg&data rates may apply. Reply STOP to cancel",
        "Limited offer. Text stop to 61610 to unsubscribe",
        "2 opt out reply END",
    ],
)
def test_a_senders_small_print_is_no_wish_of_ours(text: str) -> None:
    assert not find_wish(text).out


@pytest.mark.parametrize(
    "text", ["🇸🇹🇴🇵", "🆂🆃🅾🅿", "ⓢⓣⓞⓟ", "ＳＴＯＰ", "S\u200cT\u200cO\u200cP", "\u202eSTOP", "ѕтор", "ꜱᴛᴏᴘ", "5top", "st0p"]
)
def test_disguised_letters_do_not_hide_a_stop(text: str) -> None:
    assert find_wish(text).out


def test_an_opt_out_wins_over_help_and_start() -> None:
    wish = find_wish("help stop texting me")

    assert wish.out
    assert not wish.help
    assert not wish.again
