"""The engine as a whole: what must be found, what must stay, and that nothing hides, breaks or takes long."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.redaction.errors import RedactionError
from appliance.redaction.redactor import MAX_CHARACTERS, MAX_SECONDS, Redactor
from appliance.redaction.values import DIRECT, Label


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor.load()


def covered(redactor: Redactor, text: str) -> str:
    """The text with every covered letter as a dot."""
    letters = list(text)
    for span in redactor.find(text):
        letters[span.start : span.end] = "·" * span.length()
    return "".join(letters)


FOUND = [
    ("hi its dana reyes, my sink is leaking", "dana reyes", Label.NAME),
    ("my name is marisol and i need a cleaning", "marisol", Label.NAME),
    ("hola soy guadalupe ortiz, quiero una cita", "guadalupe ortiz", Label.NAME),
    ("is dr okafor in tomorrow?", "okafor", Label.NAME),
    ("call me at 512-555-0142", "512-555-0142", Label.PHONE),
    ("text (512) 555 0142 ext 12 pls", "(512) 555 0142 ext 12", Label.PHONE),
    (
        "my number is five one two five five five oh one four two",
        "five one two five five five oh one four two",
        Label.PHONE,
    ),
    ("email me dana.reyes@example.com", "dana.reyes@example.com", Label.EMAIL),
    ("its dana dot reyes at gmail dot com", "dana dot reyes at gmail dot com", Label.EMAIL),
    ("im at 1420 elm st apt 3b austin tx 78704", "1420 elm st apt 3b austin tx 78704", Label.ADDRESS),
    ("vivo en calle roble 123", "calle roble 123", Label.ADDRESS),
    ("dob 3/14/87", "3/14/87", Label.DATE),
    ("can i come in on march 3rd", "march 3rd", Label.DATE),
    ("nací el 3 de mayo de 1980", "3 de mayo de 1980", Label.DATE),
    ("my member id is XJH-99182", "XJH-99182", Label.ID),
    ("gate code 4417#", "4417", Label.ID),
    ("my ssn is 078-05-1120", "078-05-1120", Label.ID),
    ("card 4111 1111 1111 1111", "4111 1111 1111 1111", Label.ID),
    ("look https://example.com/p?id=3 ok", "https://example.com/p?id=3", Label.URL),
]


@pytest.mark.parametrize(("text", "words", "label"), FOUND)
def test_an_identifier_is_wholly_covered(redactor: Redactor, text: str, words: str, label: Label) -> None:
    start = text.index(words)

    spans = [span for span in redactor.find(text) if span.start <= start and start + len(words) <= span.end]

    assert [span.label for span in spans] == [label]
    assert all(span.layer and span.why for span in spans)


@pytest.mark.parametrize(
    "text",
    [
        "do you have anything tomorrow at 5pm or friday morning?",
        "how much for a cleaning? around $120?",
        "will you be open on christmas eve",
        "please mark me down for saturday",
        "the bill was $85, may i pay half",
        "are you open 24/7",
        "my water heater is leaking everywhere",
        "a qué hora abren mañana?",
    ],
)
def test_a_clean_text_stays_as_it_is(redactor: Redactor, text: str) -> None:
    assert [span for span in redactor.find(text) if span.label in DIRECT] == []


@pytest.mark.parametrize(
    "written",
    [
        "call ５１２-５５５-０１４２",
        "call 512\u200b-555\u200b-0142",
        "call 512\u2011555\u20110142",
        "call 5\ufe0f\u20e312-555-0142",
        "mail d\u0430na.reyes@example.com",
        "mail dana.reyes@exa\u00admple.com",
        "ssn 078\u2013\u200305\u20131120".replace("\u2003", ""),
    ],
)
def test_unicode_tricks_hide_nothing(redactor: Redactor, written: str) -> None:
    hidden = written.split(" ", 1)[1]

    assert not any(each.isalnum() for each in covered(redactor, written)[-len(hidden) :])


def test_the_allow_list_lets_the_desks_own_words_stand() -> None:
    redactor = Redactor.load(allow=["Dr. Okafor", "1420 Elm St"])

    assert covered(redactor, "is dr. okafor at 1420 elm st tomorrow") == "is dr. okafor at 1420 elm st tomorrow"
    assert "okafor" not in covered(redactor, "my name is chidi okafor")


def test_the_block_list_covers_what_nothing_else_would() -> None:
    redactor = Redactor.load().for_desk(block=["blue folder", "zone 7"])

    assert covered(redactor, "its in the Blue  Folder near zone 7") == "its in the ············ near ······"


def test_a_name_met_once_is_covered_everywhere(redactor: Redactor) -> None:
    text = "my name is Xiomara. ... anyway tell the tech xiomara called, XIOMARA from before"

    assert "xiomara" not in covered(redactor, text).lower()


def test_too_long_a_text_is_refused(redactor: Redactor) -> None:
    with pytest.raises(RedactionError):
        redactor.find("a" * (MAX_CHARACTERS + 1))


def test_a_layer_that_breaks_lets_nothing_through(redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str) -> Iterator[None]:
        raise ZeroDivisionError(text)

    monkeypatch.setattr("appliance.redaction.layers.FINDERS", (("mail", broken),))

    with pytest.raises(RedactionError) as caught:
        redactor.find("dana reyes")
    assert "dana" not in str(caught.value)


def test_a_text_that_takes_too_long_lets_nothing_through(redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, MAX_SECONDS + 1])
    monkeypatch.setattr("appliance.redaction.redactor.time.thread_time", lambda: next(seconds))

    with pytest.raises(RedactionError):
        redactor.find("dana reyes")


WORDS = st.sampled_from(
    ["hi", "dana", "reyes", "512", "555-0142", "@", "gmail", "com", "at", "dot", "elm", "st", "12", "3/4", "\n",
     "is", "id", "#", "é", "\u200b", "\u0301", "５", "🙏🏽", "👩‍👩‍👧", "-", "my name is", "march", "3rd",
     "[NAME_1]", "\ud800", "\x00"]
)  # fmt: skip
TEXTS = st.text(max_size=200) | st.lists(WORDS, max_size=30).map(" ".join) | st.lists(WORDS, max_size=30).map("".join)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_spans_are_sorted_apart_and_on_borders_of_whole_characters(text: str) -> None:
    spans = _ENGINE.find(text)

    ends = [0]
    for span in spans:
        assert ends[-1] <= span.start < span.end <= len(text)
        assert span.end == len(text) or text[span.end] not in "\u200b\u0301\ufe0f\u20e3"
        ends.append(span.end)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_the_same_text_gives_the_same_spans(text: str) -> None:
    assert _ENGINE.find(text) == _ENGINE.find(text)


_ENGINE = Redactor.load()
