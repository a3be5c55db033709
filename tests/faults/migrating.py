"""A release with one more step for each file: a new table, new columns, a table written anew, rows filled."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from sqlalchemy import text

from storage.database import look, open_database
from storage.datafiles import DATA_FILES
from storage.integrity import faults_in
from storage.migrations import run
from storage.migrations.run import HEADS, Schema
from storage.upgrading import kept
from storage.vault import Vault

_BEGINNING = '''"""A step that only the tests of faults know."""

import sqlalchemy as sa
from alembic import op

revision = "{step}"
down_revision = "{before}"


def upgrade() -> None:
'''
_WORK = {
    Schema.DESK: """\
    op.create_table("test_marks", sa.Column("id", sa.String(32), primary_key=True), sa.Column("at", sa.BigInteger()))
    op.execute("INSERT INTO test_marks SELECT id, received_at FROM messages")
    with op.batch_alter_table("messages", recreate="always") as batch:
        batch.add_column(sa.Column("test_mark", sa.String(32), nullable=False, server_default=""))
    op.execute("UPDATE messages SET test_mark = (SELECT m.id FROM test_marks m WHERE m.id = messages.id)")
    op.create_index("messages_by_test_mark", "messages", ["test_mark"])
""",
    Schema.PERSONS: """\
    op.add_column("person_keys", sa.Column("test_mark", sa.String(32), nullable=False, server_default=""))
    op.execute("UPDATE person_keys SET test_mark = person_id")
""",
}
_ASKED = {
    Schema.DESK: "SELECT count(*) FROM messages WHERE test_mark = id",
    Schema.PERSONS: "SELECT count(*) FROM person_keys WHERE test_mark = person_id",
}
_ALL = {Schema.DESK: "SELECT count(*) FROM messages", Schema.PERSONS: "SELECT count(*) FROM person_keys"}


@contextmanager
def one_step_more(*schemas: Schema) -> Iterator[None]:
    """Desks that are opened meanwhile are brought up to a step that is in no release; both files, or that one."""
    after = {schema: f"{int(HEADS[schema]) + 1:04}" for schema in schemas or Schema}
    with tempfile.TemporaryDirectory(prefix="nightdesk-steps-") as made:
        steps = Path(shutil.copytree(Path(run.__file__).parent, Path(made) / "steps"))
        for schema, step in after.items():
            head = _BEGINNING.format(step=step, before=HEADS[schema])
            (steps / schema / f"{step}_of_the_tests.py").write_text(head + _WORK[schema])
        with mock.patch.object(run, "_HERE", steps), mock.patch.dict(run.HEADS, after):
            yield


def half_done(vault: Vault) -> list[str]:
    """Rows that the step did not reach, though the file says that it was taken."""
    wrong = []
    for (name, engine), schema in zip(vault.engines(), Schema, strict=True):
        with look(engine) as connection:
            reached, of_all = (connection.execute(text(one[schema])).scalar_one() for one in (_ASKED, _ALL))
        # Whoever wrote first after the step is marked by nobody.
        if reached < of_all:
            wrong.append(f"{name}: the step reached {reached} of {of_all} rows")
    return wrong


def without_way_back(vault: Vault, folder: Path) -> list[str]:
    """Of the files as they were before the step, those that are not kept, or not whole."""
    found = {one.file: one.path for one in kept(folder)}
    wrong = [f"not kept: {file.name}" for file in DATA_FILES if file not in found]
    for file, path in found.items():
        engine = open_database(path, vault.keys.key(file.key).secret.reveal())
        wrong += [f"{path.name}: {fault}" for fault in faults_in(engine)]
        engine.dispose()
    return wrong
