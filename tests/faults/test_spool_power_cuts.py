"""Power cuts at every call of the spool to its disk, one after the other: nothing acknowledged is lost or doubled."""

import itertools
import random
from pathlib import Path

import pytest

from storage.spool.limits import SpoolLimits
from tests.faults.power import RecordingDisk, replay
from tests.standins.letters import NOW, a_letter, a_reader, a_reader_without_keys, a_writer, bodies

# Seeds that once failed stay here.
SEEDS = [*range(6), 1001, 1043, 1640]
LIMITS = SpoolLimits(segment_bytes=1600)


def lay_out(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


class Life:
    """One process after the other over one spool, each ended by a power cut at a random call."""

    def __init__(self, root: Path, chance: random.Random, *, syncs: bool = True) -> None:
        self._root = root
        self._chance = chance
        self._syncs = syncs
        self._texts = itertools.count()
        self.files: dict[str, bytes] = {}
        self.acknowledged: list[str] = []
        self.seen_by_a_reader = 0

    def one_process(self, number: int) -> None:
        folder = self._root / str(number)
        lay_out(folder, self.files)
        disk = RecordingDisk(syncs=self._syncs)
        writer = a_writer(folder, disk=disk, limits=LIMITS, now=NOW + number)
        marks: list[tuple[int, list[str]]] = []
        for _ in range(self._chance.randrange(1, 6)):
            texts = [
                f"{next(self._texts)}-{'x' * self._chance.randrange(600)}" for _ in range(self._chance.choice([1, 3]))
            ]
            writer.append([a_letter(text) for text in texts], checked=True)
            marks.append((len(disk.calls), texts))
        writer.close()
        if self._syncs:
            assert bodies(a_reader(folder), after=self.seen_by_a_reader) == [
                text for _, texts in marks for text in texts
            ]

        cut = self._chance.randrange(len(disk.calls) + 1)
        world = replay(self.files, disk.calls[:cut])
        # A reader may have seen what the cut takes away again; its numbers must not come twice.
        lay_out(self._root / f"{number}-before-the-cut", world.as_programs_see_it())
        seen = a_reader(self._root / f"{number}-before-the-cut").read_after(0, 10_000)
        self.seen_by_a_reader = max([self.seen_by_a_reader, *(one.sequence for one in seen)])
        self.acknowledged += [text for at, texts in marks if at <= cut for text in texts]
        self.files = world.after_the_cut(self._chance)

    def outcome(self) -> tuple[list[str], list[str]]:
        """What a fresh process finds, and what it finds wrong."""
        folder = self._root / "after"
        lay_out(folder, self.files)
        a_writer(folder, disk=RecordingDisk(), limits=LIMITS, now=NOW + 1000).close()
        return bodies(a_reader(folder)), [
            str(one.fault) for one in a_reader_without_keys(folder).check() if not one.harmless
        ]


def live(root: Path, seed: int, *, syncs: bool = True) -> tuple[Life, list[str], list[str]]:
    life = Life(root, random.Random(seed), syncs=syncs)
    for number in range(4):
        life.one_process(number)
    return (life, *life.outcome())


@pytest.mark.parametrize("seed", SEEDS)
def test_no_acknowledged_letter_is_lost_or_doubled_by_power_cuts(tmp_path: Path, seed: int) -> None:
    life, found, faults = live(tmp_path, seed)

    assert [text for text in found if text in life.acknowledged] == life.acknowledged
    assert len(found) == len(set(found))
    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_no_acknowledged_letter_is_lost_or_doubled_by_thousands_of_power_cuts(tmp_path: Path, block: int) -> None:
    for seed in range(1000 + block * 250, 1000 + (block + 1) * 250):
        life, found, faults = live(tmp_path / str(seed), seed)
        assert [text for text in found if text in life.acknowledged] == life.acknowledged, seed
        assert len(found) == len(set(found)), seed
        assert faults == [], seed


def test_the_same_cuts_do_lose_letters_when_nothing_is_synced(tmp_path: Path) -> None:
    lost = 0
    for seed in SEEDS:
        life, found, _ = live(tmp_path / str(seed), seed, syncs=False)
        lost += len(set(life.acknowledged) - set(found))

    assert lost > 0
