"""A fresh desk for each test of the vault, on each database that its tables run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.migrations.run import Schema, upgrade
from storage.vault import Vault
from tests import desks
from tests.standins import postgres


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """As it runs in a shop: SQLCipher."""
    with desks.a_vault(tmp_path / desks.DESK) as opened:
        yield opened


@pytest.fixture(params=["sqlcipher", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, vault: Vault) -> Vault:
    """The same nouns on either database."""
    if request.param == "postgres":
        engine: Engine = request.getfixturevalue("postgres_engine")
        postgres.empty(engine)
        vault._desk.dispose()
        vault._desk = engine
    return vault


@pytest.fixture(scope="session")
def postgres_engine() -> Iterator[Engine]:
    with postgres.running_postgres() as engine:
        upgrade(engine, Schema.DESK, create=True)
        yield engine
