"""Steps: what they make is what the nouns declare; each file is brought up in one transaction, and never backwards."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, text
from sqlalchemy.types import TypeEngine

import storage.vault  # noqa: F401 - declares every table
from storage import database
from storage.database import look, open_database, write
from storage.errors import DamagedError
from storage.migrations import run
from storage.migrations.run import HEADS, Schema, draft, upgrade
from storage.vault import DESK_FILE, PERSONS_FILE, Vault
from tests import desks
from tests.at_once import at_once

KEY = bytes(32)
TABLES = {Schema.DESK: database.metadata, Schema.PERSONS: database.person_metadata}
FILES = {Schema.DESK: DESK_FILE, Schema.PERSONS: PERSONS_FILE}
STEPS = Path(run.__file__).parent


def shape(connection: Connection) -> dict[str, Any]:
    """Every table with its columns, keys and indexes, as the database tells them."""
    found = inspect(connection)
    return {
        name: {
            "columns": [
                (one["name"], _spelled(one["type"]), one["nullable"], one["default"], bool(one.get("primary_key")))
                for one in found.get_columns(name)
            ],
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(tuple(one["column_names"]) for one in found.get_unique_constraints(name)),
            "indexes": sorted((str(one["name"]), tuple(one["column_names"])) for one in found.get_indexes(name)),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def _spelled(kind: TypeEngine[Any]) -> str:
    return str(kind)


def declared(tables: MetaData) -> dict[str, Any]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        tables.create_all(connection)
        return shape(connection)


def names(engine: Engine) -> list[str]:
    with look(engine) as connection:
        return inspect(connection).get_table_names()


@pytest.mark.parametrize("schema", list(Schema))
def test_the_newest_step_is_the_one_that_is_named_as_the_head(schema: Schema) -> None:
    numbers = sorted(path.name[:4] for path in (STEPS / schema).glob("0*.py"))

    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    assert numbers[-1] == HEADS[schema]


@pytest.mark.parametrize("schema", list(Schema))
def test_the_steps_make_the_tables_that_the_nouns_declare(tmp_path: Path, schema: Schema) -> None:
    engine = open_database(tmp_path / "fresh.db", KEY, create=True)
    upgrade(engine, schema, create=True)

    with look(engine) as connection:
        assert shape(connection) == declared(TABLES[schema])
    engine.dispose()


@pytest.mark.postgres
def test_the_steps_make_the_same_tables_on_the_other_database(postgres_engine: Engine) -> None:
    with look(postgres_engine) as connection:
        found = shape(connection)

    wanted = declared(TABLES[Schema.DESK])
    assert {name: [column[0] for column in table["columns"]] for name, table in found.items()} == {
        name: [column[0] for column in table["columns"]] for name, table in wanted.items()
    }
    assert {name: table["unique"] for name, table in found.items()} == {
        name: table["unique"] for name, table in wanted.items()
    }


def test_bringing_up_what_is_up_to_date_changes_nothing(vault: Vault) -> None:
    for (_, engine), schema in zip(vault.engines(), Schema, strict=True):
        with look(engine) as connection:
            before = shape(connection)
            version = connection.exec_driver_sql("PRAGMA schema_version").scalar()

        upgrade(engine, schema)

        with look(engine) as connection:
            assert shape(connection) == before
            assert connection.exec_driver_sql("PRAGMA schema_version").scalar() == version


@pytest.mark.parametrize("schema", list(Schema))
def test_a_file_of_a_newer_release_is_refused_and_left_alone(vault: Vault, schema: Schema) -> None:
    engine = dict(vault.engines())[FILES[schema]]
    with write(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DamagedError, match="newer release"):
        upgrade(engine, schema)

    with look(engine) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_a_file_whose_tables_are_gone_is_damage_and_gets_no_new_ones(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "bare.db", KEY, create=True)

    with pytest.raises(DamagedError, match="no tables"):
        upgrade(engine, Schema.DESK)

    assert names(engine) == []
    engine.dispose()


def test_a_step_that_fails_leaves_nothing_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "steps"
    shutil.copytree(STEPS, home)
    step = next((home / "persons").glob("0001*.py"))
    step.write_text(
        step.read_text(encoding="utf-8") + "    raise RuntimeError('the lights went out')\n", encoding="utf-8"
    )
    monkeypatch.setattr(run, "_HERE", home)
    engine = open_database(tmp_path / "fresh.db", KEY, create=True)

    with pytest.raises(RuntimeError, match="lights"):
        upgrade(engine, Schema.PERSONS, create=True)

    assert names(engine) == []
    engine.dispose()


def test_of_eight_threads_that_bring_a_file_up_one_does(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "fresh.db", KEY, create=True)

    assert at_once(8, lambda _: upgrade(engine, Schema.PERSONS, create=True)) == [None] * 8

    assert sorted(names(engine)) == ["alembic_version", "person_keys", "tombstones"]
    engine.dispose()


def test_a_next_step_can_be_drafted_and_has_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "steps"
    shutil.copytree(STEPS, home)
    monkeypatch.setattr(run, "_HERE", home)

    path = draft(Schema.PERSONS, "Nothing new")

    assert path.name == "0002_nothing_new.py"
    assert path.read_text(encoding="utf-8").rstrip().endswith("pass")


def test_rows_of_the_first_step_are_read_back(tmp_path: Path) -> None:
    with desks.a_vault(tmp_path / "desk") as vault, vault.transaction() as tx:
        person = desks.a_person(tx, vault).id
        message = desks.a_message(tx, person).id

    with desks.opened(tmp_path / "desk") as vault, vault.look() as tx:
        assert tx.messages.get(message).person == person
