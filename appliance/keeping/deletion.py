"""Deleting people, as staff and commands ask for it: by number or by list, looked up first, undone, certified."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from appliance.gateways.clock import Clock
from appliance.keeping.certificate import certificate
from appliance.keeping.erasing import Eraser, ask, undo
from appliance.keeping.finding import UnknownPersonError, indexes_of
from appliance.keeping.listing import Listed, look_up
from storage.erasures import Erasure, ErasureId
from storage.people import Person, PersonId
from storage.vault import Vault

Rows = Sequence[tuple[int, str]]
NEWEST: Final = 200


@dataclass(frozen=True, slots=True)
class Deletion:
    """The verbs. `eraser` carries out what is due."""

    vault: Vault
    clock: Clock
    eraser: Eraser

    def look_up(self, rows: Rows) -> tuple[Listed, ...]:
        """What each line of a list means. Changes nothing."""
        with self.vault.look() as tx:
            return look_up(tx, rows, vault=self.vault)

    def erase(self, rows: Rows, *, undo_days: int, by: str) -> tuple[tuple[Listed, ...], list[Erasure]]:
        """Delete everybody on the list that was found: for good (0 days), or with time to undo."""
        listed = self.look_up(rows)
        return listed, self.erase_people([person for one in listed for person in one.people], undo_days, by=by)

    def erase_people(self, people: Iterable[Person], undo_days: int, *, by: str) -> list[Erasure]:
        """As `erase`, for people that are known."""
        once = list({person.id: person for person in people}.values())
        asked = ask(once, by=by, undo_days=undo_days, vault=self.vault, clock=self.clock)
        self.eraser.carry_out()
        with self.vault.look() as tx:
            return [tx.erasures.get(one.id) for one in asked]

    def person(self, person_id: str) -> Person:
        """Who that is. Raises MissingError."""
        with self.vault.look() as tx:
            return tx.people.get(PersonId(person_id))

    def undo(self, erasure_id: str, *, by: str) -> PersonId:
        """Bring one back. Raises NotPossible when it is too late."""
        return undo(erasure_id, by=by, vault=self.vault, clock=self.clock)

    def restore(self, number: str, *, by: str) -> int:
        """Bring back whoever had that number, as far as the time to undo is not over. Raises UnknownPersonError."""
        with self.vault.look() as tx:
            people = [person for index in indexes_of(number, self.vault) for person in tx.people.leaving(index)]
            asked = [erasure for person in people if (erasure := tx.erasures.of(person.id)) is not None]
        for erasure in asked:
            self.undo(erasure.id, by=by)
        if not asked:
            raise UnknownPersonError(
                "nobody with that number can be brought back",
                remedy="see `nightdesk person deleted`; what is deleted for good cannot be undone",
            )
        return len(asked)

    def newest(self) -> list[Erasure]:
        """The requests, the newest first."""
        with self.vault.look() as tx:
            return tx.erasures.newest(limit=NEWEST)

    def settled(self, erasure_id: str) -> bool:
        """Whether all that this machine can do by itself is done."""
        with self.vault.look() as tx:
            erasure = tx.erasures.get(ErasureId(erasure_id))
        return erasure.spool_at is not None and erasure.rewrapped_at is not None

    def certificate(self, erasure_id: str) -> str:
        """The certificate as of now. Raises NotPossible before anything is destroyed."""
        return certificate(erasure_id, vault=self.vault, clock=self.clock)
