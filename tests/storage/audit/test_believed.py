"""Whom the verifier believes: a key that was replaced no more; and that the second opinion is one of its own."""

import base64
import json
import re
from pathlib import Path

import pytest

from storage.keys.signer import AuditSigner
from tests.storage.audit import bundles
from tests.storage.audit.bundles import honest, remade, resigned, zipped
from tests.storage.audit.test_bundle import proven


@pytest.mark.parametrize("keeps", [True, False])
def test_a_key_that_was_replaced_signs_nothing_for_whoever_pinned_the_new_one(tmp_path: Path, *, keeps: bool) -> None:
    """Keys are changed because one was stolen: its thief must not be able to write the log on."""
    seed, stolen, pinned = next(found for found in map(replaced, range(200)) if found)
    content = dict(honest(seed).content)
    first, shown = bundles.bodies(content)
    last = json.loads(shown[-1])
    shown.append(json.dumps(last | {"i": last["i"] + 1}, sort_keys=True, separators=(",", ":")).encode())
    more = bundles.with_bodies(content, first, shown)

    forgery = resigned(more, names_key=False, signer=stolen)
    forgery["keys"] = content["keys"]
    if keeps:  # every checkpoint of the desk is kept, and the thief's own comes last
        forgery["checkpoints"] = content["checkpoints"] + b"\n" + forgery["checkpoints"]

    assert proven(zipped(tmp_path / "a.zip", content), pinned)
    assert not proven(zipped(tmp_path / "b.zip", remade(forgery, stolen)), pinned)


def replaced(seed: int) -> tuple[int, AuditSigner, str] | None:
    """A key of that log which a leaf says was replaced by the newest, and the newest as a stranger pins it."""
    made = honest(seed)
    newest = base64.b64decode(made.exported.key.split("+", 2)[2])[1:]
    for leaf in map(json.loads, bundles.bodies(made.content)[1]):
        if leaf["action"] == "key-rotated" and leaf["detail"]["public"] == newest.hex():
            signers = (bundles.a_signer(seed * 10 + number) for number in range(10))
            old = leaf["detail"]["previous"]
            return seed, next(one for one in signers if one.public_key.hex() == old), made.exported.key
    return None


@pytest.mark.parametrize("name", ["second_opinion.py", "rfc6962.py"])
def test_the_second_opinion_shares_no_code_with_what_it_judges(name: str) -> None:
    source = (Path(__file__).with_name(name)).read_text()

    imported = re.findall(r"^(?:from|import) ([\w.]+)", source, re.MULTILINE)

    assert imported
    assert not [one for one in imported if one.split(".")[0] in {"storage", "appliance", "ui", "packaging"}]
    assert {one for one in imported if one.startswith("tests")} <= {"tests.storage.audit.rfc6962"}
