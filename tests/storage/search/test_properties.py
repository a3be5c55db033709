"""Whatever is put in, forgotten and purged in whatever order: what is found is what a plain list would find."""

import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.gate import Gate
from storage.ids import new_id
from storage.search.catch_up import catch_up
from storage.search.index import SearchIndex
from storage.search.index_file import Entry
from storage.search.query import read_query
from tests import desks
from tests.in_pages import holds

KEY = bytes(range(32))
PEOPLE = ("a" * 32, "b" * 32, "c" * 32)
WORDS = st.lists(st.sampled_from([f"zebra{n}" for n in range(40)]), min_size=1, max_size=6).map(" ".join)
TEXTS = st.lists(st.tuples(st.sampled_from(PEOPLE), WORDS), min_size=1, max_size=12)
ACTS = st.lists(
    st.tuples(st.sampled_from(["new", "older"]), TEXTS)
    | st.tuples(st.just("forget"), st.sampled_from(PEOPLE))
    | st.tuples(st.just("remove"), st.integers(0, 30))
    | st.tuples(st.sampled_from(["purge", "purge whole", "reopen"]), st.none()),
    max_size=25,
)


@settings(max_examples=25)
@given(acts=ACTS)
def test_the_index_finds_what_a_list_would_find(acts: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder), lambda: KEY, Gate())
        made = index.begin(total=0).made
        kept: list[Entry] = []  # from new to old
        for act, given_ in acts:
            match act, given_:
                case "new" | "older", list(texts):
                    entries = [Entry("replies", new_id(), person, 1, words) for person, words in texts]
                    if act == "new":
                        assert index.add(entries, made=made)
                        kept = [*entries[::-1], *kept]
                    else:
                        assert index.add_older(entries, made=made, cursor=(1, entries[0].id), whole=False)
                        kept = [*kept, *entries[::-1]]
                case "forget", str(person):
                    index.forget(person)
                    kept = [one for one in kept if one.person != person]
                case "remove", int(number):
                    with index.removing([one.id for one in kept[number : number + 3]]):
                        kept = [*kept[:number], *kept[number + 3 :]]
                case "purge", _:
                    index.purge()
                case "purge whole", _:
                    index.purge_whole()
                case _:
                    index.close()
            _is_as(index, kept)
        index.purge_whole()
        _is_as(index, kept)
        file = index._file
        assert file is not None
        file._driver.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        index.close()
        # Words share their first letters with their neighbours on a page, so only the last that goes can be told.
        assert holds(Path(folder) / "search.db", KEY, b"zebra") is bool(kept)


def _is_as(index: SearchIndex, kept: list[Entry]) -> None:
    for typed in ("zebra1", "zebra7 zebra8", '"zebra2 zebra3"', "zebra1*"):
        hits = [hit.id for hit in index.find(read_query(typed), limit=1000).hits]
        assert hits == [one.id for one in kept if _fits(one.words.split(), typed)]
    standing = index.standing()
    assert standing is not None
    assert standing.count == len(kept)


def _fits(words: list[str], typed: str) -> bool:
    (first, *_), *_ = [term.words for term in read_query(typed).terms]
    if typed.endswith("*"):
        return any(word.startswith(first) for word in words)
    if '"' in typed:
        return any(pair == ("zebra2", "zebra3") for pair in pairwise(words))
    return set(typed.split()) <= set(words)


INDEXES = """
import sys
from pathlib import Path
from storage.keys.keyring import unlock
from storage.keys.secret import SecretBytes
from storage.search.catch_up import catch_up
from storage.vault import Vault
folder = Path(sys.argv[1])
vault = Vault(folder, unlock(folder, passphrase=SecretBytes(sys.argv[2].encode()), desk=folder.name))
print("begins", flush=True)
while catch_up(vault, at=1, batch=3):
    vault.search_index.purge()
"""


@pytest.mark.parametrize("after_s", [0.05, 0.3])
def test_killed_in_the_middle_each_text_is_found_once_afterwards(tmp_path: Path, after_s: float) -> None:
    folder = tmp_path / desks.DESK
    with desks.a_vault(folder) as vault, vault.transaction() as tx:
        person = desks.a_person(tx, vault).id
        for number in range(120):
            desks.a_message(tx, person, f"crown {number}", received_at=desks.NOW + number)

    killed = subprocess.Popen(
        [sys.executable, "-c", INDEXES, folder, desks.PASSPHRASE], stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "begins\n"
    time.sleep(after_s)
    killed.kill()
    killed.communicate()

    with desks.opened(folder) as vault:
        while catch_up(vault, at=desks.NOW):
            pass
        found = vault.search_index.find(read_query("crown"), limit=999).hits
        assert [hit.at - desks.NOW for hit in found] == list(range(119, -1, -1))
        vault.search_index.purge_whole()
        standing = vault.search_index.standing()
        assert standing is not None
        assert (standing.count, standing.whole) == (120, True)
