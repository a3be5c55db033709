"""Looking for a word in files, in every form in which it could have been written down."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path


def forms_of(word: str) -> set[bytes]:
    """The word in UTF-8, UTF-16, hexadecimal, and base64 at each of the three places it can begin."""
    plain = word.encode()
    forms = {
        plain,
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        plain.hex().encode(),
        plain.hex().upper().encode(),
    }
    for shift in range(3):
        spelled = base64.b64encode(b"\0" * shift + plain)
        # The first and last groups mix with their neighbours; what is between is the word alone.
        forms.add(spelled[4 if shift else 0 : -4])
    return forms


def found(words: Iterable[str], folders: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Each word with each file under the folders that holds it in any form."""
    forms = {form: word for word in words for form in forms_of(word)}
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            except OSError:  # it went away meanwhile
                continue
            yield from ((word, path) for form, word in forms.items() if form in content)
