"""Answers: an edit is a new version that waits for approval, and nobody overwrites what they did not see."""

from dataclasses import replace

import pytest

from storage.answers import Answer, AnswerChangedError, AnswerId, SlotName, Topic
from storage.errors import MissingError
from storage.vault import Vault
from tests import desks

HOURS = Answer(
    AnswerId(""),
    "Hours",
    Topic.HOURS,
    (("en", "{desk_name} opens {next_open}."), ("es", "Abrimos {next_open} {x}{}.")),
    unattended=True,
)


def test_an_answer_is_read_back_as_it_was_written_with_an_id_of_its_own(store: Vault) -> None:
    with store.transaction() as tx:
        kept = tx.answers.add(HOURS, at=desks.NOW)

        assert replace(kept, id=AnswerId("")) == HOURS
        assert len(kept.id) == 32
        assert not kept.approved
        assert kept.text_in("es") == "Abrimos {next_open} {x}{}."
        assert kept.text_in("fr") is None


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "'; DROP TABLE answers; --", "{desk_name", "日本語\u2028"])
def test_whatever_the_owner_writes_is_read_back_exactly(store: Vault, text: str) -> None:
    with store.transaction() as tx:
        kept = tx.answers.add(replace(HOURS, texts=(("en", text),)), at=desks.NOW)

        assert tx.answers.get(kept.id).text_in("en") == text


def test_slots_are_named_once_and_an_unknown_one_is_an_error() -> None:
    known = replace(HOURS, texts=(("en", "{desk_name} {next_open} {desk_name} {Not A Slot} {}"),))
    assert known.slots == (SlotName.DESK_NAME, SlotName.NEXT_OPEN)

    with pytest.raises(ValueError, match="password"):
        replace(HOURS, texts=(("en", "{password}"),)).slots  # noqa: B018 - it is the asking that raises


def test_an_edit_waits_for_approval_again(store: Vault) -> None:
    with store.transaction() as tx:
        first = tx.answers.add(HOURS, at=desks.NOW)
        tx.answers.approve(first.id, 1, by="owner", at=desks.NOW)
        approved = tx.answers.get(first.id)
        assert approved.approved

        edited = tx.answers.change(replace(approved, title="Opening hours"), at=desks.NOW + 1)

        assert edited.version == 2
        assert not edited.approved
        assert edited.title == "Opening hours"


def test_approving_or_editing_what_changed_meanwhile_is_refused(store: Vault) -> None:
    with store.transaction() as tx:
        first = tx.answers.add(HOURS, at=desks.NOW)
        second = tx.answers.change(replace(first, title="Other"), at=desks.NOW)

        with pytest.raises(AnswerChangedError):
            tx.answers.approve(first.id, first.version, by="owner", at=desks.NOW)
        with pytest.raises(AnswerChangedError):
            tx.answers.change(replace(first, title="Third"), at=desks.NOW)

        assert tx.answers.get(first.id) == second


def test_a_retired_answer_is_out_of_use_until_it_is_edited_and_approved_again(store: Vault) -> None:
    with store.transaction() as tx:
        kept = tx.answers.add(HOURS, at=desks.NOW)
        tx.answers.retire(kept.id, at=desks.NOW)
        assert tx.answers.all() == []
        assert tx.answers.all(retired=True) == [kept]
        assert tx.answers.is_retired(kept.id)

        tx.answers.change(kept, at=desks.NOW)

        assert [one.version for one in tx.answers.all()] == [2]
        assert not tx.answers.is_retired(kept.id)


def test_answers_are_listed_by_title(store: Vault) -> None:
    with store.transaction() as tx:
        for title in ("Parking", "Hours", "Insurance"):
            tx.answers.add(replace(HOURS, title=title), at=desks.NOW)

        assert [one.title for one in tx.answers.all()] == ["Hours", "Insurance", "Parking"]


def test_an_answer_that_is_not_there_is_named_by_id(store: Vault) -> None:
    with store.look() as tx, pytest.raises(MissingError, match="nowhere"):
        tx.answers.get(AnswerId("nowhere"))
