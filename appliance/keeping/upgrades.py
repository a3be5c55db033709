"""After an upgrade: it is told, and the files of before go once a whole backup was made since, or after a week."""

from dataclasses import dataclass
from typing import Final

from appliance.gateways.clock import Clock
from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.limits import DAY
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.meta import Meta
from storage.upgrading import drop, kept
from storage.vault import Vault

CODE: Final = "upgraded"
WITHOUT_BACKUP: Final = 7 * DAY
"""As long as the spool keeps letters: longer back nobody could fill up what came since."""

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    CODE: (
        "A new release changed the desk's files. As they were before, they are kept until the next whole backup.",
        "Nothing to do. If the new release does not work, run: nightdesk undo-upgrade",
    ),
}


def tell_upgrade(vault: Vault, *, at: int) -> bool:
    """Put an upgrade on the log, and tell people. Whether there was one that nobody was told of."""
    files = " ".join(f"{one.file.schema}-{one.step}" for one in kept(vault.folder))
    with vault.look() as tx:
        told = tx.meta.get(Meta.UPGRADED)
    if not files or files == told:
        return False
    with vault.transaction() as tx:
        tx.meta.put(Meta.UPGRADED, files)
        tx.meta.put(Meta.UPGRADED_AT, at)
        tx.alerts.raise_(AlertKind.STAFF, CODE, at=at)
        tx.audit.append(Action.MIGRATED, actor="desk", at=at, detail={"from": files.split()})
    return True


@dataclass(frozen=True, slots=True)
class Upgrades:
    """What is left to do after an upgrade."""

    vault: Vault
    clock: Clock
    guard: ClockGuard

    def tidy(self) -> None:
        """A chore: let the files of before go when their time is over."""
        if not kept(self.vault.folder) or self._is_over():
            let_go(self.vault, at=self.clock.now())

    def _is_over(self) -> bool:
        with self.vault.look() as tx:
            since = tx.meta.number(Meta.UPGRADED_AT)
            backed_up = max((place.whole_at for place in tx.backups.all()), default=0)
        return backed_up > since or (self.clock.now() - since > WITHOUT_BACKUP and self.guard.look() is None)


def let_go(vault: Vault, *, at: int) -> None:
    """Take the files of before away, and what was told of them. Bears being done twice."""
    drop(vault.folder)
    with vault.look() as tx:
        told = tx.meta.get(Meta.UPGRADED) is not None
    if told:
        with vault.transaction() as tx:
            tx.meta.remove(Meta.UPGRADED)
            tx.alerts.seen_code(CODE, at=at)
