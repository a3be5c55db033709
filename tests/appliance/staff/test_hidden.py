"""What is hidden: a tried text leaves no trace, and the owner's two lists take effect with the next text."""

import pytest

from appliance.playbook.hiding import DeskRedactor
from appliance.redaction.redactor import Redactor
from appliance.staff import hidden
from appliance.views.refusals import NotAcceptable, NotPossible
from storage.vault import Vault
from tests.appliance.evening import OWNER, Evening
from tests.standins.clock import FixedClock


@pytest.fixture
def evening(vault: Vault, clock: FixedClock) -> Evening:
    return Evening(vault, clock)


@pytest.fixture
def redactor(evening: Evening) -> DeskRedactor:
    return DeskRedactor(Redactor.load(), evening.settings, evening.vault)


def shown(evening: Evening, redactor: DeskRedactor, text: str) -> str:
    page = hidden.hidden(text, redactor=redactor, settings=evening.settings, vault=evening.vault, clock=evening.clock)
    assert page.tried is not None
    return page.tried.shown


def test_a_tried_text_says_what_was_found_and_why_and_leaves_no_leaf(evening: Evening, redactor: DeskRedactor) -> None:
    with evening.vault.look() as tx:
        before = tx.audit.count()

    page = hidden.hidden(
        "my name is dana reyes", redactor=redactor, settings=evening.settings, vault=evening.vault, clock=evening.clock
    )

    assert page.tried is not None
    assert page.tried.shown == "my name is [NAME_1]"
    (find,) = page.tried.finds
    assert (find.words, find.label) == ("dana reyes", "NAME")
    assert find.layer
    assert find.why
    with evening.vault.look() as tx:
        assert tx.audit.count() == before


def test_words_on_the_lists_are_shown_or_hidden_from_then_on(evening: Evening, redactor: DeskRedactor) -> None:
    text = "is dr okafor in? i live by the red barn"
    assert "okafor" not in shown(evening, redactor, text)
    assert "red barn" in shown(evening, redactor, text)

    for kind, words in (("shown", "Okafor"), ("hidden", "the red barn")):
        hidden.add_words(OWNER, kind, words, redactor=redactor, vault=evening.vault, clock=evening.clock)

    assert "okafor" in shown(evening, redactor, text)
    assert "red barn" not in shown(evening, redactor, text)


def test_words_come_off_a_list_again(evening: Evening, redactor: DeskRedactor) -> None:
    hidden.add_words(OWNER, "hidden", "the red barn", redactor=redactor, vault=evening.vault, clock=evening.clock)
    with evening.vault.look() as tx:
        (phrase,) = tx.phrases.all()

    hidden.remove_words(OWNER, phrase.id, redactor=redactor, vault=evening.vault, clock=evening.clock)

    assert "red barn" in shown(evening, redactor, "i live by the red barn")
    with pytest.raises(NotPossible):
        hidden.remove_words(OWNER, phrase.id, redactor=redactor, vault=evening.vault, clock=evening.clock)


def test_the_desks_own_name_is_nobodys_secret(evening: Evening, redactor: DeskRedactor) -> None:
    assert shown(evening, redactor, "is this Maple Street Dental?") == "is this Maple Street Dental?"


@pytest.mark.parametrize(("kind", "words"), [("shown", "  "), ("shown", "x" * 101), ("neither", "words")])
def test_what_is_no_entry_is_refused(evening: Evening, redactor: DeskRedactor, kind: str, words: str) -> None:
    with pytest.raises(NotAcceptable):
        hidden.add_words(OWNER, kind, words, redactor=redactor, vault=evening.vault, clock=evening.clock)
