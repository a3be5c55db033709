"""What was written on the day the formats were settled must be read by every later release. Never make these anew."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.audit.log import AuditLog
from storage.audit.tables import checkpoints, leaves, tree_nodes
from storage.database import metadata
from storage.keys import keyring
from storage.keys.secret import SecretBytes
from storage.keys.signer import AuditSigner

KEYRING = Path(__file__).with_name("keyring-1")
PASSPHRASE = "five plain words do well – café"
SECRETS = "66ef0ebf06cf15e071f71cd34886140b93bb68f987673513ff9657d152d948da"
INTAKE = "age1jr0v6dwuvytatkl9jeucegzzjs6ae8rk9k65m6dgfzc45m09fa3sw0trv2"
AUDIT = "bdb5e20fc6246f1de731516c0aae60084e841cbcafc35179dce3578882d94eae"
BLIND = "1123954196bb8ab454dcf4cca80e0a1d04d7f9770255b9cf79ff1bf59f66ec1b"
NOTE = """nightdesk/maple-street
11
G7Q9GIq2v03pxJ0xuHZQmEPp9PwrruVD4oLIJ4fD5v8=

— nightdesk/maple-street RH7FiGRE0+dJAHgED854af2pB11nzQLRpU3zuW1HLwTtprAb/VHHD6ttzQ9ixg9YXT0vHut0uiF+fX89oYSPZnZOOA0=
"""


@pytest.mark.parametrize(
    "key",
    [
        {"passphrase": SecretBytes(PASSPHRASE.encode())},
        {"passphrase": SecretBytes("five plain words do well – cafe\u0301".encode())},
        {"recovery": (KEYRING / "sheet.txt").read_text(encoding="utf-8")},
    ],
    ids=["passphrase", "passphrase typed on another system", "sheet"],
)
def test_the_first_keyring_opens_to_the_keys_it_was_made_with(key: dict[str, SecretBytes]) -> None:
    keys = keyring.unlock(KEYRING, desk="maple-street", **key)  # type: ignore[arg-type]

    secrets = b"".join(key.secret.reveal() for key in keys.all())
    assert hashlib.sha256(secrets).hexdigest() == SECRETS
    assert keys.intake_recipient == INTAKE
    assert keys.signer().public_key.hex() == AUDIT
    assert keys.blind_index("number", "+15125550100") == BLIND
    assert keys.findings == ()


def test_the_same_acts_give_the_same_signed_log() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[leaves, tree_nodes, checkpoints])
    signer = AuditSigner(SecretBytes(bytes(range(32))), key_id="0" * 32)

    with engine.begin() as connection:
        log = AuditLog(connection, desk="maple-street")
        for place in range(11):
            detail = {"late": place % 2 == 0, "count": place, "rows": ["ab" * 16, "cd" * 32], "source": "text"}
            log.append(Action.RECEIVED, "ef" * 16, actor="core", at=1_800_000_000_000 + place, detail=detail)
        note = sign(log, signer, 1_800_000_001_000)

    engine.dispose()
    assert note.text == NOTE
