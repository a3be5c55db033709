"""Bringing a file's tables up to date: each step with its number, all in one transaction.

A new step is drafted with `python -m storage.migrations.run desk "what it does"`, laid out with `make format` and then
read by a person. A step that was released is never edited.
"""

import re
import sys
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, MetaData, create_engine, inspect, text

from storage.database import look, metadata, person_metadata, write
from storage.errors import DamagedError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection


class Schema(StrEnum):
    """Which file's tables."""

    DESK = "desk"
    PERSONS = "persons"


HEADS = {Schema.DESK: "0001", Schema.PERSONS: "0001"}
"""The newest step of each, so that an up-to-date file is known without loading Alembic. A test compares."""

_TABLES: dict[Schema, MetaData] = {Schema.DESK: metadata, Schema.PERSONS: person_metadata}
_HERE = Path(__file__).parent


def upgrade(engine: Engine, schema: Schema, *, create: bool = False) -> None:
    """Apply what is missing; only with `create` to a file that has nothing yet.

    Raises DamagedError for a file that a newer release wrote, or whose tables are gone.
    """
    with look(engine) as connection:
        if _version(connection) == HEADS[schema]:
            return
    with write(engine) as connection:
        # Asked again under the write lock: another process may have been faster.
        found = _version(connection)
        if found == HEADS[schema]:
            return
        if found is None and not create:
            raise DamagedError(f"the {schema} file has no tables", remedy="restore it from a backup")
        if found is not None and found > HEADS[schema]:
            raise DamagedError(
                f"the {schema} file was written by a newer release (step {found})", remedy="install that release"
            )
        # Alembic takes a fifth of a second to load, and is needed once a release.
        import_module("alembic.command").upgrade(_config(connection, schema), "head")


def older_step(engine: Engine, schema: Schema) -> str | None:
    """The step that the file is at, where it lacks a newer one; else None, also where `upgrade` would refuse it."""
    with look(engine) as connection:
        found = _version(connection)
    return found if found is not None and found < HEADS[schema] else None


def expect_newest(engine: Engine, schema: Schema) -> None:
    """That the tables are those of this release. Raises DamagedError; changes nothing."""
    with look(engine) as connection:
        found = _version(connection)
    if found is None:
        raise DamagedError(f"the {schema} file has no tables", remedy="restore it from a backup")
    if found != HEADS[schema]:
        remedy = "install that release" if found > HEADS[schema] else "start the desk once, which brings it up to date"
        raise DamagedError(f"the {schema} file was written by another release (step {found})", remedy=remedy)


def _version(connection: "Connection") -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _config(connection: "Connection", schema: Schema) -> "Config":
    config: Config = import_module("alembic.config").Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("version_locations", str(_HERE / schema).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = _TABLES[schema]
    return config


def draft(schema: Schema, message: str) -> Path:
    """Write the step between what the released steps make and what the nouns declare; its file."""
    import_module("storage.vault")
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        config = _config(connection, schema)
        command = import_module("alembic.command")
        command.upgrade(config, "head")
        number = f"{len(list((_HERE / schema).glob('0*.py'))) + 1:04}"
        script = command.revision(
            config, message=message, autogenerate=True, rev_id=number, version_path=str(_HERE / schema)
        )
    path = Path(script.path)
    path.write_text(_tidy(path.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def _tidy(step: str) -> str:
    # Alembic asks in comments to be read and adjusted; and what it read from SQLite as 0 must be FALSE elsewhere.
    lines = [line for line in step.splitlines(keepends=True) if not line.strip().startswith("# ###")]
    return re.sub(r"(sa\.Boolean\(\), server_default=)sa\.text\(.0.\)", r"\1sa.false()", "".join(lines))


if __name__ == "__main__":
    draft(Schema(sys.argv[1]), sys.argv[2])
