"""The archive: nothing opens without an approved request that holds; nothing is lost or doubled; erased is erased."""

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.keeping.archive import OPEN_FOR, ArchiveDesk
from appliance.keeping.export import Exported, export_person
from appliance.keeping.limits import DAY, YEAR
from appliance.keeping.retention import Keeper
from appliance.views.archive import RequestShown
from appliance.views.refusals import NotPossible
from storage import archive_file, lasting
from storage.archive_file import ARCHIVE_FOLDER, check_archives, read_archive
from storage.archive_index import ArchiveIndex, NotApprovedError
from storage.errors import DamagedError, MissingError
from storage.messages import MessageId
from storage.retention import Retention
from storage.vault import Vault
from tests.appliance.keeping.keepers import a_conversation, a_keeper
from tests.desks import NUMBER
from tests.standins.clock import FixedClock

ARCHIVING = 'after = "archive"'
WORDS = "Is the crown still under warranty?"


@pytest.fixture
def keeper(vault: Vault, clock: FixedClock) -> Keeper:
    return a_keeper(vault, clock, ARCHIVING)


@pytest.fixture
def archive(vault: Vault, clock: FixedClock) -> ArchiveDesk:
    return ArchiveDesk(vault, clock, vault.folder)


def files_in(vault: Vault) -> list[Path]:
    return sorted((vault.folder / ARCHIVE_FOLDER).iterdir())


def person_of(vault: Vault, message: MessageId) -> str:
    with vault.look() as tx:
        return tx.messages.get(message).person


def an_archived(vault: Vault, clock: FixedClock, keeper: Keeper) -> str:
    """A person whose conversation is in the archive."""
    message, _ = a_conversation(vault, clock.now() - 91 * DAY, WORDS)
    keeper.chore()
    return person_of(vault, message)


def leaves(vault: Vault, action: str) -> list[dict[str, Any]]:
    with vault.look() as tx:
        told = [json.loads(body) for body in tx.audit.bodies()]
    return [one["detail"] for one in told if one["action"] == action]


def read(archive: ArchiveDesk, request: str) -> list[str]:
    return [text.body for text in archive.open("owner", request).texts]


def test_old_texts_and_replies_move_into_sealed_files(vault: Vault, clock: FixedClock, keeper: Keeper) -> None:
    message, reply = a_conversation(vault, clock.now() - 91 * DAY, WORDS)
    fresh, _ = a_conversation(vault, clock.now() - 89 * DAY, "fresh")

    keeper.chore()

    with vault.look() as tx:
        kept, sent, young = tx.messages.get(message), tx.replies.get(reply), tx.messages.get(fresh)
        files = tx.archive.files()
    assert kept.body.removed
    assert sent.body.removed
    assert not young.body.removed
    assert {kept.archive, sent.archive} == {file.id for file in files}
    assert [(file.sequence, file.count) for file in files] == [(1, 1), (2, 1)]
    assert files[1].previous == files[0].digest
    for path in files_in(vault):
        assert path.stat().st_mode & 0o777 == 0o600
        content = path.read_bytes()
        assert content.startswith(b"nightdesk archive 1\n")
        assert not any(part in content for part in (WORDS.encode(), kept.person.encode(), b"messages", b"entries"))
    assert {"count": 1, "digest": files[0].digest} in leaves(vault, "archived")


def test_asking_opens_nothing_and_a_yes_opens_it_for_some_hours(
    vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk
) -> None:
    person = an_archived(vault, clock, keeper)

    request = archive.ask("owner", person, "a question about the warranty")
    with pytest.raises(NotApprovedError) as not_yet:
        archive.open("owner", request)
    assert "approve" in not_yet.value.remedy

    archive.decide("owner", request, yes=True)
    assert read(archive, request) == [WORDS, "We open at eight."]
    clock.advance(OPEN_FOR - 1)
    assert read(archive, request) == [WORDS, "We open at eight."]
    clock.advance(1)
    with pytest.raises(NotApprovedError, match="over") as over:
        archive.open("owner", request)
    assert "ask again" in over.value.remedy


def test_each_step_and_each_opening_is_on_the_log(
    vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk
) -> None:
    request = archive.ask("owner", an_archived(vault, clock, keeper), "a question about the warranty")
    archive.decide("owner", request, yes=True)
    archive.open("owner", request)
    archive.open("owner", request)
    archive.shut("owner", request)

    steps = [one["step"] for one in leaves(vault, "retrieved")]
    assert steps == ["asked", "approved", "opened", "opened", "shut"]
    assert [row.openings for row in archive.shown("owner").rows] == [2]


@pytest.fixture
def exported(vault: Vault, clock: FixedClock, tmp_path: Path) -> Callable[[], tuple[Exported, Any, str]]:
    """What an export counts, its data, its page."""

    def export() -> tuple[Exported, Any, str]:
        (out := tmp_path / "out.zip").unlink(missing_ok=True)
        counts = export_person(NUMBER, vault=vault, out=out, at=clock.now())
        with zipfile.ZipFile(out) as packed:
            return counts, json.loads(packed.read("person.json"))["messages"], packed.read("index.html").decode()

    return export


def test_an_export_tells_what_lies_in_the_archive_from_what_is_gone(
    vault: Vault, clock: FixedClock, keeper: Keeper, exported: Callable[[], tuple[Exported, Any, str]]
) -> None:
    an_archived(vault, clock, keeper)

    counts, texts, page = exported()

    assert counts.in_archive == 2
    assert [(one["body"], one["in_archive"]) for one in texts] == [(None, True)] * 2
    assert page.count("The words are in the archive.") == 2
    assert "The words were removed" not in page


def test_an_export_has_archived_words_while_a_request_about_them_holds(
    vault: Vault,
    clock: FixedClock,
    keeper: Keeper,
    archive: ArchiveDesk,
    exported: Callable[[], tuple[Exported, Any, str]],
) -> None:
    request = archive.ask("owner", an_archived(vault, clock, keeper), "they want to see it all")
    assert exported()[0].in_archive == 2
    archive.decide("owner", request, yes=True)

    counts, texts, page = exported()

    assert counts.in_archive == 0
    assert [one["body"] for one in texts] == [WORDS, "We open at eight."]
    assert not any({"in_archive", "body_removed_at"} & set(one) for one in texts)
    assert WORDS in page
    assert [one["step"] for one in leaves(vault, "retrieved")] == ["asked", "approved", "opened"]
    clock.advance(OPEN_FOR)
    assert exported()[0].in_archive == 2


@pytest.mark.parametrize("how", ["refused", "shut", "another", "clock-back", "unknown"])
def test_nothing_opens_without_a_yes_that_holds(
    vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk, how: str
) -> None:
    person = an_archived(vault, clock, keeper)
    request = archive.ask("owner", person, "why")
    if how == "refused":
        archive.decide("owner", request, yes=False)
    elif how == "shut":
        archive.decide("owner", request, yes=True)
        archive.shut("owner", request)
    elif how == "another":
        archive.decide("owner", archive.ask("owner", person, "why else"), yes=True)
    elif how == "clock-back":
        archive.decide("owner", request, yes=True)
        clock.advance(-DAY)
    else:
        request = "0" * 32

    with pytest.raises((NotApprovedError, MissingError)):
        archive.open("owner", request)
    assert "opened" not in [one["step"] for one in leaves(vault, "retrieved")]


def test_a_request_is_decided_once(vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk) -> None:
    request = archive.ask("owner", an_archived(vault, clock, keeper), "why")
    archive.decide("owner", request, yes=False)

    with pytest.raises(NotPossible):
        archive.decide("owner", request, yes=True)
    with pytest.raises(NotApprovedError):
        archive.open("owner", request)


def test_a_request_opens_one_persons_words_only(
    vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk
) -> None:
    mine, _ = a_conversation(vault, clock.now() - 91 * DAY, WORDS)
    a_conversation(vault, clock.now() - 91 * DAY, "somebody else", number="+15125550124")
    keeper.chore()

    request = archive.ask("owner", person_of(vault, mine), "why")
    archive.decide("owner", request, yes=True)

    assert read(archive, request) == [WORDS, "We open at eight."]


def test_there_is_nothing_to_ask_for_where_nothing_is_archived(
    vault: Vault, clock: FixedClock, archive: ArchiveDesk
) -> None:
    message, _ = a_conversation(vault, clock.now(), WORDS)

    with pytest.raises(NotPossible):
        archive.ask("owner", person_of(vault, message), "why")
    assert archive.of("owner", person_of(vault, message)).texts == 0


def test_the_list_shows_reasons_and_where_each_request_stands(
    vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk
) -> None:
    person = an_archived(vault, clock, keeper)
    archive.ask("owner", person, "first")
    clock.advance(1)
    archive.decide("owner", archive.ask("owner", person, "second"), yes=True)

    seen = archive.shown("owner")

    assert [(row.reason, row.state) for row in seen.rows] == [
        ("second", RequestShown.OPEN),
        ("first", RequestShown.ASKED),
    ]
    assert (seen.files, seen.texts, seen.oldest) == (2, 2, clock.now() - 1 - 91 * DAY)
    assert archive.of("owner", person).texts == 2


def test_an_erased_persons_words_are_gone_from_the_archive_too(
    vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk
) -> None:
    person = an_archived(vault, clock, keeper)
    request = archive.ask("owner", person, "why")
    archive.decide("owner", request, yes=True)

    vault.person_keys.destroy([person], at=clock.now())

    assert WORDS not in read(archive, request)


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-1], lambda data: bytes([*data[:-1], data[-1] ^ 1]), lambda _: b""]
)
def test_a_file_that_was_changed_is_told_from_a_whole_one(
    vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk, harm: Callable[[bytes], bytes]
) -> None:
    request = archive.ask("owner", an_archived(vault, clock, keeper), "why")
    archive.decide("owner", request, yes=True)
    for path in files_in(vault):
        path.write_bytes(harm(path.read_bytes()))

    with pytest.raises(DamagedError):
        archive.open("owner", request)


def test_one_file_in_the_place_of_another_does_not_open(
    vault: Vault, clock: FixedClock, keeper: Keeper, archive: ArchiveDesk
) -> None:
    request = archive.ask("owner", an_archived(vault, clock, keeper), "why")
    archive.decide("owner", request, yes=True)
    one, other = files_in(vault)
    one.write_bytes(other.read_bytes())
    other.unlink()

    with pytest.raises((DamagedError, MissingError)):
        archive.open("owner", request)


STEPS: dict[str, tuple[object, str]] = {
    "folder": (archive_file, "sync_folder"),
    "open": (os, "open"),
    "write": (archive_file, "seal"),
    "fsync": (os, "fsync"),
    "replace": (Path, "replace"),
    "sync-folder": (lasting, "sync_folder"),
    "read-back": (archive_file, "read_archive"),
    "add": (ArchiveIndex, "add"),
    "remove": (Retention, "remove"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_run_cut_off_at_any_step_loses_nothing_and_doubles_nothing(
    vault: Vault, clock: FixedClock, archive: ArchiveDesk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    message, _ = a_conversation(vault, clock.now() - 91 * DAY, WORDS)
    person = person_of(vault, message)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*STEPS[step], cut)
        with pytest.raises(KeyboardInterrupt):
            a_keeper(vault, clock, ARCHIVING).chore()
    with vault.look() as tx:
        assert not tx.messages.get(message).body.removed

    a_keeper(vault, clock, ARCHIVING).chore()

    request = archive.ask("owner", person, "why")
    archive.decide("owner", request, yes=True)
    assert read(archive, request) == [WORDS, "We open at eight."]
    with vault.look() as tx:
        assert len(files_in(vault)) == len(tx.archive.files()) == 2


def test_after_its_own_limit_a_file_goes_with_its_key(vault: Vault, clock: FixedClock, archive: ArchiveDesk) -> None:
    keeper = a_keeper(vault, clock, f"{ARCHIVING}\narchive_years = 2")
    person = an_archived(vault, clock, keeper)
    request = archive.ask("owner", person, "why")

    clock.advance(2 * YEAR - 91 * DAY)
    keeper.run(clock.now())
    assert len(files_in(vault)) == 2
    clock.advance(1)
    keeper.run(clock.now())

    assert files_in(vault) == []
    with vault.look() as tx:
        assert tx.archive.files() == []
    archive.decide("owner", request, yes=True)
    assert read(archive, request) == []
    assert archive.of("owner", person).texts == 0


def test_what_is_read_back_is_what_was_stored(vault: Vault, clock: FixedClock, keeper: Keeper) -> None:
    message, reply = a_conversation(vault, clock.now() - 91 * DAY, WORDS)
    with vault.look() as tx:
        before = {tx.messages.get(message).body.envelope, tx.replies.get(reply).body.envelope}

    keeper.chore()

    with vault.look() as tx:
        files = tx.archive.files()
    entries = [entry for file in files for entry in read_archive(vault.folder, file, desk=vault.keys.desk)]
    assert {entry.sealed.envelope for entry in entries} == before
    assert {entry.at for entry in entries} == {clock.now() - 91 * DAY}


def test_the_check_of_the_desk_knows_whole_files_from_others(vault: Vault, clock: FixedClock, keeper: Keeper) -> None:
    an_archived(vault, clock, keeper)
    with vault.look() as tx:
        one, other = tx.archive.files()
    desk = vault.keys.desk

    assert check_archives(vault.folder, [one, other], desk=desk) == 2
    assert check_archives(vault.folder, [other], desk=desk) == 1
    with pytest.raises(DamagedError):
        check_archives(vault.folder, [one, replace(other, previous="0" * 64)], desk=desk)
    with pytest.raises(DamagedError):
        check_archives(vault.folder, [replace(one, count=7)], desk=desk)
    files_in(vault)[0].unlink()
    with pytest.raises(MissingError):
        check_archives(vault.folder, [one, other], desk=desk)
