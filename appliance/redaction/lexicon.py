"""Lists of names and ordinary words, read once. Where they come from stands in lexica/README.md."""

import re
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

from appliance.redaction.errors import ArtefactError

LEXICA: Final = Path(__file__).parent / "lexica"
COMMON: Final = "ABC"
_NOTE: Final = re.compile(r"^#.*", re.MULTILINE)
WORDS: Final = ("words.txt", "more_words.txt", "spanish_words.txt")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names by how common they are (A commonest, E from abroad, N a nickname), and ordinary words."""

    first: dict[str, str] = field(repr=False)
    last: dict[str, str] = field(repr=False)
    words: frozenset[str] = field(repr=False)

    @staticmethod
    def load(folder: Path = LEXICA) -> "Lexicon":
        """Raises ArtefactError where a list is missing."""
        try:
            first = _marked(folder / "first_names.txt")
            for name in _written(folder / "more_names.txt"):
                first.setdefault(name, "N")
            return Lexicon(
                first,
                _marked(folder / "last_names.txt"),
                frozenset(chain.from_iterable(_written(folder / name) for name in WORDS)),
            )
        except (OSError, ValueError) as error:
            raise ArtefactError(
                "the lists of names and words cannot be read", remedy="install Nightdesk again"
            ) from error

    def is_name(self, word: str) -> bool:
        """A name that is not also an ordinary word."""
        return (word in self.first or self.last.get(word, "Z") in COMMON) and word not in self.words

    def could_be_name(self, word: str) -> bool:
        return word in self.first or word in self.last


def _marked(path: Path) -> dict[str, str]:
    return {line[1:]: line[0] for line in path.read_text(encoding="ascii").split("\n") if line}


def _written(path: Path) -> list[str]:
    return _NOTE.sub("", path.read_text(encoding="ascii")).split()
