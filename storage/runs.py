"""Runs: one automatic handling of a message, with its steps and outcome as codes.

What the drafter was shown, in redacted words, is kept sealed: for a model that is far away it left the
building, for the offline drafter it is what would have left.
"""

import json
from dataclasses import dataclass
from typing import NewType

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from storage.at_most import at_most
from storage.database import metadata
from storage.people import PersonId
from storage.plaintext import Plaintext
from storage.seals import Sealed, Seals

RunId = NewType("RunId", str)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", String(32), nullable=False),
    Column("message_id", String(32), nullable=False, unique=True),
    Column("trigger", String(32), nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("steps", Text, nullable=False),
    Column("drafter", String(32), nullable=False),
    Column("prompt", LargeBinary, nullable=True),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False),
    Column("body_removed_at", BigInteger, nullable=True),
)
Index("runs_by_person", runs.c.person_id, runs.c.started_at)
Index("runs_by_time", runs.c.started_at)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a name, what came of it (a code), and when."""

    name: str
    outcome: str
    at: int


@dataclass(frozen=True, slots=True)
class Run:
    """One automatic handling."""

    id: RunId
    person: PersonId
    message: str
    trigger: str
    outcome: str
    steps: tuple[Step, ...]
    drafter: str
    started_at: int
    finished_at: int
    prompt: Sealed | None = None
    body_removed_at: int | None = None


def _run(row: Row) -> Run:  # type: ignore[type-arg]
    return Run(
        id=RunId(row.id),
        person=PersonId(row.person_id),
        message=row.message_id,
        trigger=row.trigger,
        outcome=row.outcome,
        drafter=row.drafter,
        prompt=None if row.prompt is None else Sealed("runs", "prompt", row.id, row.person_id, row.prompt),
        steps=tuple(Step(name, outcome, at) for name, outcome, at in json.loads(row.steps)),
        started_at=row.started_at,
        finished_at=row.finished_at,
        body_removed_at=row.body_removed_at,
    )


class Runs:
    """The runs of this desk, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        self._connection = connection
        self._seals = seals

    def add(self, run: Run, *, prompt: Plaintext | None = None) -> None:
        """Write it down, whole."""
        sealed = None
        if prompt is not None:
            sealed = self._seals.seal(prompt, table="runs", column="prompt", row=run.id, person=run.person)
        steps = json.dumps([(step.name, step.outcome, step.at) for step in run.steps])
        self._connection.execute(
            insert(runs),
            {
                "id": run.id,
                "person_id": run.person,
                "message_id": run.message,
                "trigger": run.trigger,
                "outcome": run.outcome,
                "steps": steps,
                "drafter": run.drafter,
                "prompt": sealed,
                "started_at": run.started_at,
                "finished_at": run.finished_at,
            },
        )

    def of_message(self, message: str) -> Run | None:
        """The run that handled that message, or None."""
        row = self._connection.execute(select(runs).where(runs.c.message_id == message)).first()
        return None if row is None else _run(row)

    def thread(self, person: PersonId, *, limit: int = 200) -> list[Run]:
        """The newest of a person's runs, oldest first."""
        query = select(runs).where(runs.c.person_id == person).order_by(runs.c.started_at.desc()).limit(at_most(limit))
        return [_run(row) for row in self._connection.execute(query)][::-1]

    def forget(self, person: PersonId) -> None:
        """Take the prompts of an erased person away; the steps hold codes only."""
        self._connection.execute(update(runs).where(runs.c.person_id == person).values(prompt=None))

    def took(self, *, limit: int) -> list[int]:
        """How long the newest runs took, in milliseconds."""
        query = select(runs.c.finished_at - runs.c.started_at).order_by(runs.c.started_at.desc()).limit(at_most(limit))
        return [int(took) for took in self._connection.execute(query).scalars() if took is not None]
