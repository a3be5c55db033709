"""What the nets are told of a text as a whole."""

import pytest

from appliance.redaction.features import Reader, bears_marks_of_a_post
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.tokens import cut


@pytest.mark.parametrize(
    "text", ["@dana_r ok", "RT @@dana: hm", "so tired #blessed", "look http://t.co/xqora1", "(@dana)"]
)
def test_a_handle_a_hashtag_and_a_shortened_link_are_marks_of_a_post(text: str) -> None:
    assert bears_marks_of_a_post(text)


@pytest.mark.parametrize(
    "text",
    [
        "mail dana@example.com",
        "apt #206 or #3R",
        "apt #b",
        "order #WX4471",
        "invoice #inv-2201",
        "example.com/#contact",
        "see https://example.com/x",
        "meet @ noon",
        "we're # 1",
        "dana@ hm",
        "@ 5pm",
    ],
)
def test_mail_doors_and_links_are_none(text: str) -> None:
    assert not bears_marks_of_a_post(text)


def test_every_word_of_a_post_says_that_it_is_in_one() -> None:
    reader = Reader.load(Lexicon.load())

    def told(text: str) -> list[bool]:
        _, rows = reader.read(text, cut(text), [])
        return ["posted" in row for row in rows]

    assert all(told("dana is here #blessed"))
    assert not any(told("dana is here"))
