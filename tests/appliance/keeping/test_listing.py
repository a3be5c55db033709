"""A list of numbers, as people and spreadsheets write one: each line is told, and nobody is counted twice."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.keeping.listing import Verdict, look_up, read_list
from storage.vault import Vault
from tests import desks


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("+15125550123\n\n5125550199\n", [(1, "+15125550123"), (3, "5125550199")]),
        ("Name,Phone\r\nAna,(512) 555-0123\r\n", [(2, "(512) 555-0123")]),
        ("\ufeffnumber;name\n5125550123;Ana\n", [(2, "5125550123")]),
        ("who\n5125550123\n", [(2, "5125550123")]),
        ('mobile\tname\n"512-555-0123"\t"Ruiz, Ana"\n', [(2, "512-555-0123")]),
        ("name,number\nAna\n", [(2, "")]),
        ("", []),
        (" \n,\n", []),
    ],
)
def test_numbers_are_read_with_their_lines(text: str, numbers: list[tuple[int, str]]) -> None:
    assert read_list(text) == numbers


def test_each_line_is_told_apart(vault: Vault) -> None:
    with vault.transaction() as tx:
        here = desks.a_person(tx, vault)
        leaving = desks.a_person(tx, vault, number="+15125550199")
        tx.people.leave(leaving.id)

        listed = look_up(
            tx,
            [(1, "(512) 555-0123"), (2, "+15125550177"), (3, "15125550123"), (4, "Ana"), (5, ""), (6, "5125550199")],
            vault=vault,
        )

    assert [one.verdict for one in listed] == [
        Verdict.FOUND,
        Verdict.NOT_FOUND,
        Verdict.DOUBLED,
        Verdict.REFUSED,
        Verdict.REFUSED,
        Verdict.WAITING,
    ]
    assert [one.id for one in listed[0].people] == [here.id]
    # Without the marks of people, which are drawn by chance and may hold these digits.
    assert "555" not in re.sub(r"'[0-9a-f]{32,64}'", "", repr(listed))


@given(st.lists(st.tuples(st.text(max_size=12).filter(lambda one: "\0" not in one), st.integers(10**9, 10**10 - 1))))
def test_whatever_stands_beside_them_the_numbers_of_a_headed_column_come_back(rows: list[tuple[str, int]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["note", "number"])
    writer.writerows((" ".join(note.split()), number) for note, number in rows)

    found = [number for _, number in read_list(written.getvalue())]

    assert found == [str(number) for _, number in rows]
