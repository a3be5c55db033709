"""Erasing people: the request first, then the key, then the tables, then what is owed. Each step can be done twice.

1. ask: the request is written down, the thread goes out of sight, nothing of it is answered any more
2. carry out, when it is due: the person's key is destroyed and the tombstone written; only then are the tables
   emptied, with the leaf, in one transaction
3. settle: the others' keys are wrapped anew, the letters in the spool struck, the carrier asked (redacting.py), the
   copies of the person keys replaced (the backup's chore)

A desk that dies at any point takes up what is open when it runs again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from appliance.gateways.clock import Clock
from appliance.keeping.upgrades import let_go
from appliance.line import Line
from appliance.views.refusals import NotPossible
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.erasures import Erasure, ErasureId, ErasureState
from storage.forgetting import drop_jobs, forget_person
from storage.jobs import JobKind
from storage.letters import Letter
from storage.meta import Meta
from storage.people import Person, PersonId, Rest
from storage.rotation.wrapping import wrap_anew
from storage.spool.reader import SpoolReader
from storage.vault import Transaction, Vault

DAY_MS: Final = 24 * 3600 * 1000
UNDO_DAYS: Final = 30
COPIES_WITHIN_MS: Final = DAY_MS
AT_ONCE: Final = 50
ACTOR: Final = "desk"
FIELDS: Final = ("From", "To")
"""Where a letter of the carrier names the person."""


def ask(people: Sequence[Person], *, by: str, undo_days: int, vault: Vault, clock: Clock) -> list[Erasure]:
    """Write down that these are to be erased, now (0 days) or when the time to undo is over.

    From here on they are on no page and nothing goes out to them. Who is asked for a second time keeps the earlier day.
    """
    at = clock.now()
    with vault.transaction() as tx:
        return [_asked(tx, person, by=by, at=at, due=at + undo_days * DAY_MS) for person in people]


def _asked(tx: Transaction, person: Person, *, by: str, at: int, due: int) -> Erasure:
    before = tx.erasures.of(person.id)
    if before is not None and before.undone_at is None:
        # For good is due from the very asking; `Eraser` tells by it that no time to undo has to end first.
        tx.erasures.bring_forward(before.id, due=due if due > at else before.asked_at)
        return tx.erasures.get(before.id)
    erasure = tx.erasures.ask(person, by=by, at=at, due=due, spool_through=tx.meta.number(Meta.SPOOL_SEQUENCE))
    tx.people.leave(person.id)
    tx.messages.settle_thread(person.id)
    tx.replies.withhold(person.id, at=at)
    drop_jobs(tx, person.id)
    tx.alerts.seen_about(person.id, at=at)
    detail = {"erasure": erasure.id, "due_at": due}
    tx.audit.append(Action.ERASURE_ASKED, person.id, actor=by, at=at, detail=detail)
    return erasure


def undo(erasure_id: str, *, by: str, vault: Vault, clock: Clock) -> PersonId:
    """Bring the thread back as it stood. Raises NotPossible once it is due: then the key is gone, or about to be."""
    at = clock.now()
    with vault.transaction() as tx:
        erasure = tx.erasures.get(ErasureId(erasure_id))
        if (state := erasure.state(now=at)) is not ErasureState.WAITING:
            raise NotPossible(
                "This deletion was undone already."
                if state is ErasureState.UNDONE
                else "The time to undo this is over: nothing of this person is left."
            )
        # Raises ErasedError where a clock that was set back would have us promise what is gone.
        vault.person_keys.expect(erasure.person)
        tx.erasures.undo(erasure.id, at=at)
        tx.people.come_back(erasure.person, erasure.attention, erasure.rest)
        tx.audit.append(Action.ERASURE_UNDONE, erasure.person, actor=by, at=at, detail={"erasure": erasure.id})
        return erasure.person


@dataclass(frozen=True, slots=True)
class Eraser:
    """Carries requests out. Without a line to the door what it still writes into waits for the next run with one."""

    vault: Vault
    clock: Clock
    spool: SpoolReader
    line: Line | None = None
    trusted: Callable[[], bool] = lambda: True
    """Whether the clock can be believed: one that jumped must not end anybody's time to undo."""
    forget: Callable[[PersonId], object] = lambda _: None
    """Takes a person out of what is derived and kept elsewhere, as the search index. Must bear being done twice."""

    def run(self) -> None:
        """A chore: what is due, and what is owed."""
        self.carry_out()
        self.settle()
        self.look_at_clocks()

    def carry_out(self) -> int:
        """Erase everybody whose time has come. How many that were."""
        done = 0
        while due := self._due():
            at = self.clock.now()
            # A copy of it from before an upgrade must not outlast the key.
            let_go(self.vault, at=at)
            # The key first: from here on nothing opens, whatever becomes of the rest.
            self.vault.person_keys.destroy([one.person for one in due], at=at)
            for erasure in due:
                self.forget(erasure.person)
            with self.vault.transaction() as tx:
                for erasure in due:
                    # Another thread may have been here meanwhile.
                    if tx.erasures.get(erasure.id).done_at is None:
                        _emptied(tx, erasure, at)
            done += len(due)
        return done

    def _due(self) -> list[Erasure]:
        with self.vault.look() as tx:
            due = tx.erasures.due(now=self.clock.now())
        if any(one.due_at > one.asked_at for one in due) and not self.trusted():
            due = [one for one in due if one.due_at == one.asked_at]
        return due[:AT_ONCE]

    def settle(self) -> None:
        """Pay what is owed after an erasure, as far as it can be paid now."""
        with self.vault.look() as tx:
            letters, wrapping = tx.erasures.owing_letters(), tx.erasures.owing_rewrap()
        if wrapping:
            self._wrap(wrapping)
        if letters:
            self._strike(letters)

    def _wrap(self, owing: Sequence[Erasure]) -> None:
        wrapped = wrap_anew(self.vault, now=self.clock.now())
        if wrapped is None or not self.vault.empty_logs():
            return
        at, through = self.clock.now(), max(one.done_at or 0 for one in owing)
        with self.vault.transaction() as tx:
            tx.audit.append(Action.KEY_ROTATED, actor=ACTOR, at=at, detail={"key": "pkek", "people": wrapped})
            tx.erasures.rewrapped(through=through, at=at)

    def _strike(self, owing: Sequence[Erasure]) -> None:
        through = {one.number_index: one.spool_through for one in owing if one.number_index is not None}
        counts = dict.fromkeys(through, 0)

        def theirs(number: int, letter: Letter) -> bool:
            for name in FIELDS:
                index = self.vault.number_index(letter.value(name) or "")
                if number <= through.get(index, -1):
                    counts[index] += 1
                    return True
            return False

        with self.vault.look() as tx:
            taken = tx.meta.number(Meta.SPOOL_SEQUENCE)
        resting = self.line is not None and self.line.begin_segment()
        recipient = self.vault.keys.intake_recipient
        whole = self.spool.strike(
            theirs, through=max(through.values(), default=0), taken=taken, recipient=recipient, resting=resting
        )
        at = self.clock.now() if whole else None
        with self.vault.transaction() as tx:
            for one in owing:
                struck = 0 if one.number_index is None else counts[one.number_index]
                tx.erasures.letters_struck(one.id, struck, at=at)

    def look_at_clocks(self) -> None:
        """Somebody must know when what was promised within a day is not done within it."""
        at = self.clock.now()
        with self.vault.look() as tx:
            late = [
                one
                for owing in (tx.erasures.owing_copies, tx.erasures.owing_letters, tx.erasures.owing_rewrap)
                for one in owing()
                if (one.done_at or at) + COPIES_WITHIN_MS < at
            ]
        if late:
            with self.vault.transaction() as tx:
                tx.alerts.raise_(AlertKind.STAFF, "erasure-late", at=at)


def _emptied(tx: Transaction, erasure: Erasure, at: int) -> None:
    destroyed = forget_person(tx, erasure, at=at)
    detail = {
        "erasure": erasure.id,
        "messages": destroyed.messages,
        "replies": destroyed.replies,
        "drafts": destroyed.drafts,
        "departures": destroyed.departures,
        "stop_kept": destroyed.stop_kept,
    }
    leaf = tx.audit.append(Action.ERASED, erasure.person, actor=ACTOR, at=at, detail=detail)
    tx.erasures.done(erasure.id, destroyed, leaf=leaf, at=at)
    if tx.redactions.owed(erasure.id, limit=1):
        tx.jobs.add(JobKind.REDACT, erasure.id, due=at, at=at)


def apply_tombstones(vault: Vault, clock: Clock) -> int:
    """After a restore: erase again whoever was erased before, by the copy of the keys or by that of the data.

    How many had come back. What the carrier and the copies owe is asked for anew.
    """
    at = clock.now()
    with vault.look() as tx:
        known = {one.person for one in tx.erasures.newest(limit=10**6) if one.done_at is not None}
        buried = known | set(vault.person_keys.tombstones())
        back = [
            person for person in map(tx.people.look_for, sorted(buried)) if person and person.rest is not Rest.ERASED
        ]
    vault.person_keys.destroy(buried, at=at)
    with vault.transaction() as tx:
        for person in back:
            erasure = _asked(tx, person, by=ACTOR, at=at, due=at)
            _emptied(tx, erasure, at)
    vault.empty_logs()
    return len(back)
