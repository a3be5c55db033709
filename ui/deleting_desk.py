"""Asking about deletions: the running core, or the desk itself where none runs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from appliance.folders import SPOOL_FOLDER
from appliance.gateways.clock import SystemClock
from appliance.keeping.closing import Closing
from appliance.keeping.deletion import Deletion
from appliance.keeping.erasing import Eraser
from appliance.opening.store import open_vault
from appliance.staff.deletions import Deleting
from storage.spool.reader import SpoolReader
from ui.commands.options import UsageError, folder_of, read_passphrase
from ui.control import ask
from ui.deletion_acts import ACTS
from ui.only_core import only_core

Ask = Callable[[dict[str, Any]], Mapping[str, Any]]


@contextmanager
def asking(home: Path, desk_name: str | None, passphrase_file: Path | None) -> Iterator[Ask]:
    """For the time of the block. Raises what opening the desk raises."""
    folder = folder_of(home, desk_name)
    if ask(folder, {"do": "status"}) is not None:
        yield lambda request: _of_core(folder, request)
        return
    # No core may start meanwhile: it would go on with keys that are destroyed here.
    with only_core(folder):
        vault = open_vault(folder, read_passphrase(passphrase_file))
        try:
            clock = SystemClock()
            spool = SpoolReader(folder / SPOOL_FOLDER, identities=vault.keys.intake_identities())
            index = vault.search_index
            eraser = Eraser(vault=vault, clock=clock, spool=spool, forget=index.forget)
            deleting = Deleting(Deletion(vault, clock, eraser), Closing(vault, clock, eraser))

            def act(request: dict[str, Any]) -> Mapping[str, Any]:
                if request["do"] == "people-certificate":
                    eraser.settle()  # nobody else pays what is owed, and the certificate is to say that it was paid
                return ACTS[request["do"]](deleting, request)

            yield act
            eraser.settle()
            index.purge_whole()
        finally:
            vault.close()


def _of_core(folder: Path, request: dict[str, Any]) -> Mapping[str, Any]:
    done = ask(folder, request)
    if done is None:
        raise UsageError("the running desk went away", remedy="try again")
    return done
