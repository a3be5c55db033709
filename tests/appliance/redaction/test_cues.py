"""Names told by the words around them, and what only looks like an identifier."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from appliance.redaction.again import named_again
from appliance.redaction.beside import completed
from appliance.redaction.cues import find_names
from appliance.redaction.doubt import believable
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.net import Net
from appliance.redaction.patterns.found import Found
from appliance.redaction.redactor import Redactor
from appliance.redaction.tagger import Reading
from appliance.redaction.tokens import cut
from appliance.redaction.usage import Numbers
from appliance.redaction.values import Label


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def found_in(text: str, words: str, label: Label) -> Found:
    """A find of these words."""
    start = text.index(words)
    return Found(start, start + len(words), label, "")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("my name is xqora", ["xqora"]),
        ("me llamo guadalupe", ["guadalupe"]),
        ("patient: dana reyes", ["dana reyes"]),
        ("thx, call soon\n- marisol", ["marisol"]),
        ("lupita, 8325550138", ["lupita"]),
        ("need to cancel. p.", ["p"]),
        ("its a leak", []),
        ("for the kitchen", []),
        ("my name is on the list", []),
        ("last name day, first name: dorothy", ["day", "dorothy"]),
        ("last name is on file, first name only", []),
        ("o'malley's at 3 o'clock with d'shawn", ["o'malley", "d'shawn"]),
        ("thanks", []),
    ],
)
def test_words_that_announce_a_name(lexicon: Lexicon, text: str, names: list[str]) -> None:
    found = {(each.start, each.end) for each in find_names(text, cut(text), lexicon)}

    assert [text[start:end] for start, end in sorted(found)] == names


def test_a_cue_holds_unless_the_nets_are_sure_of_the_contrary() -> None:
    def ruled_out(*chances: float) -> bool:
        tokens = cut("for marlene tonight")
        likely = np.zeros((len(tokens), len(Label)), np.float32)
        likely[: len(chances), 0] = chances
        return Reading(tokens, likely, likely > 1).rules_out(Found(4, 11, Label.NAME, "", sure=False))

    assert ruled_out(0.9, 0.01, 0.9)
    assert not ruled_out(0.01, 0.3, 0.01)


def test_what_the_nets_did_not_read_they_do_not_rule_out() -> None:
    nothing = np.zeros((0, len(Label)), np.float32)

    assert not Reading(cut(""), nothing, nothing > 1).rules_out(Found(4, 11, Label.NAME, "", sure=False))


class NobodyAnywhere:
    """Nets that are sure that no word tells of anybody."""

    def chances(self, words: Sequence[object], _: object) -> Numbers:
        return np.tile(np.eye(2 + 2 * len(Label), dtype=np.float32)[0], (len(words), 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("my name is marlene", ["marlene"]),
        ("patient: marlene", ["marlene"]),
        ("a table for marlene", []),
        ("marlene", []),
        ("need to cancel. p.", []),
    ],
)
def test_only_words_that_leave_no_doubt_outvote_the_nets(text: str, words: list[str]) -> None:
    redactor = Redactor.load()
    sure_of_nobody = replace(redactor.tagger, net=cast("Net", NobodyAnywhere()))

    found = replace(redactor, tagger=sure_of_nobody).find(text)

    assert [text[span.start : span.end] for span in found] == words
    assert [text[span.start : span.end] for span in redactor.find(text)] != []


@pytest.mark.parametrize(
    ("text", "words", "label", "whole"),
    [
        ("d. feinberg and co", "feinberg", Label.NAME, "d. feinberg"),
        ("shaniqua b, hi", "shaniqua", Label.NAME, "shaniqua b"),
        ("client ghtk 0417720", "0417720", Label.ID, "ghtk 0417720"),
        ("w 44718 0 is on it", "44718 0", Label.ID, "w 44718 0"),
        ("acct 0417720", "0417720", Label.ID, "0417720"),
        ("with 0417720", "0417720", Label.ID, "0417720"),
        ("ghtk 0417720", "0417720", Label.PHONE, "0417720"),
    ],
)
def test_what_stands_beside_a_find_belongs_to_it(
    text: str, words: str, label: Label, whole: str, lexicon: Lexicon
) -> None:
    (found,) = completed([found_in(text, words, label)], text, lexicon)

    assert text[found.start : found.end] == whole


@pytest.mark.parametrize(
    ("text", "words", "label", "kept"),
    [
        ("our cat ezekiel is sick", "ezekiel", Label.NAME, False),
        ("our son ezekiel is sick", "ezekiel", Label.NAME, True),
        ("ask the capt", "capt", Label.NAME, False),
        ("los domingos", "domingos", Label.NAME, False),
        ("she passed in june", "june", Label.NAME, False),
        ("tell june hi", "june", Label.NAME, True),
        ("part number is 87139-yzz20", "87139-yzz20", Label.ID, False),
        ("member id 87139-yzz20", "87139-yzz20", Label.ID, True),
        ("its kwikset", "kwikset", Label.ID, False),
        ("my insta is hairbykay", "hairbykay", Label.ID, True),
        ("bill for 84.50", "84.50", Label.DATE, False),
        ("come at six fifteen", "six fifteen", Label.ADDRESS, False),
        ("a las dos treinta", "dos treinta", Label.PHONE, False),
        ("its six fifteen elm st", "six fifteen elm st", Label.ADDRESS, True),
        ("between 2-4", "2-4", Label.DATE, False),
        ("2-4pm", "2-4", Label.DATE, False),
        ("come 2-4 pm", "2-4 pm", Label.DATE, False),
        ("4-6 weeks", "4-6", Label.DATE, False),
        ("on 4-6 please", "4-6", Label.DATE, True),
        ("an 1/8 on the sides", "1/8", Label.DATE, False),
        ("on 1/8 then", "1/8", Label.DATE, True),
        ("7/16 wrench", "7/16", Label.DATE, False),
        ("7/16 works", "7/16", Label.DATE, True),
        ("on 8.14", "8.14", Label.DATE, True),
        ("keys for a 2019 f150", "2019 f150", Label.ADDRESS, False),
        ("stop, call 911", "911", Label.PHONE, False),
        ("we called 9-1-1 already", "9-1-1", Label.DATE, False),
        ("llame al nueve once", "nueve once", Label.PHONE, False),
        ("the gate code is 911", "911", Label.ID, True),
        ("born 9-11", "9-11", Label.DATE, True),
        ("at 2019 elm st", "2019 elm st", Label.ADDRESS, True),
    ],
)
def test_what_only_looks_like_an_identifier_is_left(text: str, words: str, label: Label, *, kept: bool) -> None:
    left = list(believable([found_in(text, words, label)], text, cut(text)))

    assert bool(left) is kept


@pytest.mark.parametrize(
    ("text", "words", "label", "whole"),
    [
        ("its dana@@example.com", "com", Label.EMAIL, "dana@@example.com"),
        ("dana@example is mine", "dana", Label.NAME, "dana@example"),
        ("to xqora 77@example.com", "77@example.com", Label.EMAIL, "xqora 77@example.com"),
        ("dana77 at gmail, thx", "dana77", Label.ID, "dana77 at gmail"),
        ("dana77 at yahoo com", "dana77", Label.ID, "dana77 at yahoo com"),
        ("dana_r at gmail pls", "dana", Label.NAME, "dana_r at gmail"),
        ("dana77 gmail com", "dana77", Label.ID, "dana77 gmail com"),
        ("dana guion bajo 77 arroba hotmail", "dana", Label.NAME, "dana guion bajo 77 arroba hotmail"),
        ("dana dot reyes at gmail", "dana", Label.NAME, "dana dot reyes at gmail"),
        ("put down kay kay 88 at gmail", "88", Label.ADDRESS, "down kay kay 88 at gmail"),
        (
            "to sunny sue (at) example (dot) com",
            "sue (at) example (dot) com",
            Label.EMAIL,
            "sunny sue (at) example (dot) com",
        ),
        ("dana77 at sign gmail", "dana77", Label.ID, "dana77 at sign gmail"),
        ("its o'neil@example.com", "neil@example.com", Label.EMAIL, "o'neil@example.com"),
        (
            "to tonys dog walking at example dot com",
            "walking at example dot com",
            Label.EMAIL,
            "tonys dog walking at example dot com",
        ),
        (
            "wife's is pam and gary at example dot net",
            "gary at example dot net",
            Label.EMAIL,
            "pam and gary at example dot net",
        ),
    ],
)
def test_an_address_that_is_found_in_part_is_covered_whole(
    text: str, words: str, label: Label, whole: str, lexicon: Lexicon
) -> None:
    part, *_, address = completed([found_in(text, words, label)], text, lexicon)

    assert part.label is label
    assert (address.label, text[address.start : address.end]) == (Label.EMAIL, whole)


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("a@example.com\nmarlene", "marlene", Label.NAME),
        ("a@example.com\nmarlene", "a@example.com", Label.EMAIL),
        ("dana, write to x@example.com", "dana", Label.NAME),
        ("use 77@example.com", "77@example.com", Label.EMAIL),
        ("dana 2cats@example.com", "2cats@example.com", Label.EMAIL),
        ("xqora\n77@example.com", "77@example.com", Label.EMAIL),
        ("see @dana77", "@dana77", Label.ID),
        ("dana at 5, gmail is down", "dana", Label.NAME),
        ("is dana at yahoo? she works there", "dana", Label.NAME),
        ("on 5/12@noon", "5/12", Label.DATE),
        ("send it to kofi at example dot com", "kofi at example dot com", Label.EMAIL),
        ("call me. kofi at example dot com", "kofi at example dot com", Label.EMAIL),
        ("xqora marlene kofi@example.com", "kofi@example.com", Label.EMAIL),
    ],
)
def test_what_is_no_part_of_an_address_stays_as_it_is(text: str, words: str, label: Label, lexicon: Lexicon) -> None:
    found = found_in(text, words, label)

    assert list(completed([found], text, lexicon)) == [found]


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        ("im rosa.nails on insta", "rosa", "rosa.nails"),
        ("snap: its_rosa_88", "rosa", "its_rosa_88"),
        ("portal user rosa.m wont work", "rosa", "rosa.m"),
    ],
)
def test_a_user_name_that_is_found_in_part_is_covered_whole(
    text: str, words: str, whole: str, lexicon: Lexicon
) -> None:
    _, name = completed([found_in(text, words, Label.NAME)], text, lexicon)

    assert (name.label, text[name.start : name.end]) == (Label.ID, whole)


@pytest.mark.parametrize(
    "text", ["its rosa...thanks, insta is down", "rosa on insta", "rosa.nails is where i work", "rosa's insta"]
)
def test_a_name_that_is_no_user_name_stays_as_it_is(text: str, lexicon: Lexicon) -> None:
    found = found_in(text, "rosa", Label.NAME)

    assert list(completed([found], text, lexicon)) == [found]


def test_an_ordinary_word_in_a_name_is_not_hunted_through_the_text(lexicon: Lexicon) -> None:
    text = "will xqora called, will you tell xqora"

    again = [text[each.start : each.end] for each in named_again(cut(text), [Found(0, 10, Label.NAME, "")], lexicon)]

    assert again == ["xqora", "xqora"]
