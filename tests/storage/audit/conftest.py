"""A log on each database that it runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.audit.leaf import Action
from storage.audit.log import AuditLog
from storage.audit.tables import checkpoints, leaves, tree_nodes
from storage.database import metadata, open_database
from storage.keys.secret import SecretBytes
from storage.keys.signer import AuditSigner
from tests.standins import postgres

DESK = "maple-street"
NOW = 1_800_000_000_000
SIGNER = AuditSigner(SecretBytes(b"s" * 32), key_id="1" * 32)
LATER_SIGNER = AuditSigner(SecretBytes(b"t" * 32), key_id="2" * 32)
OBJECT = "ab" * 16


@pytest.fixture(params=["sqlcipher", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgres":
        engine: Engine = request.getfixturevalue("postgres_engine")
        postgres.empty(engine)
        yield engine
        return
    engine = open_database(tmp_path / "desk.db", b"k" * 32, create=True)
    metadata.create_all(engine, tables=[leaves, tree_nodes, checkpoints])
    yield engine
    engine.dispose()


def fill(log: AuditLog, count: int) -> None:
    for _ in range(count):
        log.append(Action.RECEIVED, OBJECT, actor="core", at=NOW, detail={"late": False, "rows": [OBJECT]})
