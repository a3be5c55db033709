"""How far the log was in the newest backup: a high-water mark at every place where backups are."""

from appliance.copies.desk_copies import DeskCopies
from storage.audit.marks import Mark
from storage.copies.log_mark import log_mark
from storage.errors import StorageError


def newest_copy(copies: DeskCopies) -> Mark | None:
    """Of the backup that was furthest, at whatever place; None where there is none. Raises StorageError where no place
    could be asked.
    """
    found: list[Mark] = []
    failed: list[StorageError] = []
    for place in copies.places:
        try:
            manifest, _ = copies.backing_up.shelf(place).newest()
            mark = None if manifest is None else log_mark(manifest, copies.vault.keys)
            if mark is not None:
                found.append(mark)
        except StorageError as error:
            failed.append(error)
    if failed and not found:
        raise failed[0]
    return max(found, key=lambda mark: (mark.epoch, mark.point.size), default=None)
