"""Archive files after a leak: each written again, its values sealed with the new keys, under another key of its own."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from storage.archive_file import NO_FILE_BEFORE, Entry, read_archive, write_again
from storage.errors import DamagedError, MissingError
from storage.rotation.turning import Renewed, resealed
from storage.vault import Transaction


def renew_archives(tx: Transaction, folder: Path, desk: str, renewed: Mapping[str, Renewed]) -> int:
    """Write every file again, and have the index name the new ones. How many.

    One that is missing or damaged stays as it is named: the check of the desk tells of it.
    """
    previous, count = NO_FILE_BEFORE, 0
    for file in tx.archive.files():
        try:
            held = read_archive(folder, file, desk=desk)
        except (MissingError, DamagedError):
            previous = file.digest
            continue
        entries = [Entry(replace(one.sealed, envelope=resealed(one.sealed, desk, renewed)), one.at) for one in held]
        fresh = write_again(folder, file, entries, desk=desk, previous=previous)
        tx.archive.exchange(file.id, fresh)
        tx.retention.exchange_archive(file.id, fresh.id)
        previous, count = fresh.digest, count + 1
    return count
