"""The files of hand-written training texts: all can be read, none stands twice or in a dev set, nobody is real."""

import re
from collections import Counter
from pathlib import Path

from appliance.redaction import learning
from appliance.redaction.learning.markup import parse, render
from tests.appliance.redaction.drawn_rows import dev_texts

# `learning.written` names it too, but needs Faker, which not every environment has.
TEXTS = Path(learning.__file__).parent / "texts"
# Two people who text "ok thx" have copied nothing from each other.
_TELLING = 20


def marked_texts() -> list[str]:
    return [line for path in TEXTS.rglob("*.txt") for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def test_every_text_can_be_read_and_says_under_which_rules_it_was_written() -> None:
    for path in TEXTS.rglob("*.txt"):
        note, *lines = path.read_text(encoding="utf-8").splitlines()
        assert note.startswith("# Written for this repository")
        for line in lines:
            text, spans = parse(line)
            assert render(text, spans) == line


def test_no_text_stands_twice() -> None:
    times = Counter(parse(line)[0].lower() for line in marked_texts())

    assert not [text for text, count in times.items() if count > 1 and len(text) >= _TELLING]


def test_no_text_of_a_dev_set_is_learnt_from() -> None:
    ours = {parse(line)[0].lower() for line in marked_texts()}

    assert not {text for text in {each.lower() for each in dev_texts()} & ours if len(text) >= _TELLING}


def test_numbers_and_addresses_of_mail_lead_to_nobody() -> None:
    for path in TEXTS.rglob("*.txt"):
        marked = path.read_text(encoding="utf-8").replace("\\n", "")
        for mail in re.findall(r"\[EMAIL:[^\]]*@([^\]]*)\]", marked):
            assert re.search(r"example[., ]", mail.lower()), mail  # some write a comma
        for number in re.findall(r"\[PHONE:\D*1?\D*\d{3}\D{1,2}(\d{3})\D{0,2}(\d{4})\]", marked):
            assert number[0] == "555", number
            assert number[1].startswith("01"), number
