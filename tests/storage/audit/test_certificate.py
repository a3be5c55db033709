"""A certificate: whoever has the desk's key can prove it alone, and a changed one is never taken for proven."""

import importlib
import json
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from storage.audit.certificate import certify
from storage.audit.leaf import Action
from storage.audit.note import signed_text, verifier_key
from storage.ids import new_id
from storage.vault import Vault
from tests import desks

PACKAGING = Path(__file__).parents[3] / "packaging"


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    sys.path.insert(0, str(PACKAGING))
    try:
        return importlib.import_module("verify_certificate")
    finally:
        sys.path.remove(str(PACKAGING))


def a_certificate(vault: Vault, *, before: int = 5, after: int = 3, messages: int = 2) -> str:
    person, erasure = new_id(), new_id()
    counts = {"messages": messages, "replies": 1, "drafts": 0, "departures": 0}
    with vault.reading() as tx:
        for _ in range(before):
            tx.audit.append(Action.STARTED, actor="desk", at=desks.NOW)
        detail = {"erasure": erasure, **counts}
        leaf = tx.audit.append(Action.ERASED, person, actor="desk", at=desks.NOW, detail=detail)
        for _ in range(after):
            tx.audit.append(Action.STARTED, actor="desk", at=desks.NOW)
        facts = [f"desk {desks.DESK}", f"person {person}", f"erasure {erasure}"]
        facts += [f"destroyed {name} {count}" for name, count in counts.items()]
        return certify(tx.audit, vault.keys.signer(), "erasure", facts, leaf=leaf, now=desks.NOW)


def key_of(vault: Vault) -> str:
    return verifier_key(desks.DESK, vault.keys.audit_public_keys()[0])


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 1), (1, 0), (5, 3), (7, 0), (8, 0), (100, 28)])
def test_a_stranger_proves_it_with_the_key_alone(
    vault: Vault, verifier: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], before: int, after: int
) -> None:
    file = tmp_path / "certificate.txt"
    file.write_text(a_certificate(vault, before=before, after=after), encoding="utf-8")

    assert verifier.main([str(file), "--key", key_of(vault), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["leaf"] == before
    assert verifier.main([str(file), "--key", key_of(vault)]) == 0
    assert "PROVEN: erasure of" in capsys.readouterr().out


def test_a_certificate_of_another_desk_is_not_proven(vault: Vault, verifier: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "certificate.txt"
    file.write_text(a_certificate(vault), encoding="utf-8")
    with desks.a_vault(tmp_path / "other", desk="other") as other:
        key = verifier_key(desks.DESK, other.keys.audit_public_keys()[0])

    assert verifier.main([str(file), "--key", key]) == 6
    assert verifier.main([str(tmp_path / "nowhere.txt"), "--key", key]) == 6


def test_no_single_change_is_taken_for_proven(vault: Vault, verifier: ModuleType) -> None:
    certificate, key = a_certificate(vault), verifier.read_key(key_of(vault))
    dice = random.Random(7)
    for _ in range(150):
        at = dice.randrange(len(certificate))
        changed = certificate[:at] + chr(dice.randrange(33, 127)) + certificate[at + 1 :]
        if changed == certificate:
            continue
        with pytest.raises((verifier.NotProvenError, ValueError)):
            verifier.verify(changed, key)


@pytest.mark.parametrize(
    ("fact", "other"),
    [
        ("destroyed messages 2", "destroyed messages 3"),
        (f"desk {desks.DESK}", "desk other"),
        ("nightdesk erasure 1", "nightdesk closing 1"),
        ("person ", "person 0"),
        ("erasure ", "request "),
        ("leaf ", "loaf "),
        ("leaf 5 ", "leaf 6 "),
        ("leaf 5 ", "leaf 500 "),
    ],
)
def test_what_the_desk_signed_without_the_leaf_saying_so_is_not_proven(
    vault: Vault, verifier: ModuleType, fact: str, other: str
) -> None:
    text = a_certificate(vault).rpartition("\n\n")[0] + "\n"
    signed = signed_text(text.replace(fact, other), vault.keys.signer(), desk=desks.DESK)

    with pytest.raises(verifier.NotProvenError):
        verifier.verify(signed, verifier.read_key(key_of(vault)))
