"""Checks a Nightdesk certificate of erasure. Standard library only; verify_bundle.py must lie beside it.

    python verify_certificate.py CERTIFICATE --key KEY [--json]

KEY is the desk's public key as the desk shows it (nightdesk/<desk>+<id>+<base64>); take it from there. Exit 0: proven.
Exit 6: not proven, with the reason. What is checked:

 1. the certificate is signed by KEY
 2. the checkpoint in it is signed by KEY
 3. the leaf in it is in the log which that checkpoint signs, at the place it says
 4. that leaf says what the certificate says: this desk, this person, this act, these counts
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from verify_bundle import Key, NotProvenError, hold, notes_in, read_key, read_leaf, signer_of

COUNTS = ("messages", "replies", "drafts", "departures")
ACTIONS = {"erasure": "erased", "closing": "closed"}


def root_of(node: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Where the audit path leads from this leaf hash (RFC 9162 §2.1.3.2), or nothing."""
    last = size - 1
    for part in path:
        if last <= 0:
            return None
        if index & 1 or index == last:
            node = hashlib.sha256(b"\x01" + part + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + part).digest()
        index, last = index >> 1, last >> 1
    return None if last else node


def verify(certificate: str, key: Key) -> dict[str, Any]:
    """What is proven. Raises NotProvenError with the first reason against it."""
    text, _, block = certificate.rpartition("\n\n")
    text += "\n"
    hold(signer_of(text, block.splitlines(), [key]), "the certificate is not signed by this key")  # 1
    head, _, tail = text.partition("\n\n")
    points = list(notes_in(tail))
    hold(len(points) == 1, "there is not one checkpoint in the certificate")
    point = points[0]
    hold(signer_of(point.text, point.lines, [key]), "the checkpoint is not signed by this key")  # 2
    found = re.search(r"^leaf (\d{1,15}) (\S+)\nproof((?: \S+)*)$", head, re.MULTILINE)
    if found is None:
        raise NotProvenError("the certificate names no leaf")
    index, body = int(found[1]), base64.b64decode(found[2])
    path = [base64.b64decode(part) for part in found[3].split()]
    leaf = read_leaf(body, index, point.desk)
    node = hashlib.sha256(b"\x00" + body).digest()
    hold(index < point.size, "the leaf is not in the log that was signed")
    hold(root_of(node, index, point.size, path) == point.root, "the leaf is not in the log that was signed")  # 3
    lines = head.splitlines()
    what = lines[0].removeprefix("nightdesk ").removesuffix(" 1")
    hold(ACTIONS.get(what) == leaf["action"], "the leaf is of another act")  # 4
    hold(f"desk {leaf['desk']}" in lines and key.name == f"nightdesk/{leaf['desk']}", "this is another desk's")
    detail = leaf["detail"]
    if what == "erasure":
        hold(f"person {leaf['object']}" in lines, "the leaf is about somebody else")
        hold(f"erasure {detail.get('erasure')}" in lines, "the leaf is about another request")
        for name in COUNTS:
            hold(f"destroyed {name} {detail.get(name)}" in lines, f"the leaf counts other {name}")
    return {"ok": True, "what": what, "desk": leaf["desk"], "object": leaf["object"], "at": leaf["at"], "leaf": index}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a Nightdesk certificate.")
    parser.add_argument("certificate", type=Path)
    parser.add_argument("--key", required=True, help="the desk's public key, from the desk")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        found = verify(asked.certificate.read_text(encoding="utf-8"), read_key(asked.key))
    except (NotProvenError, OSError, ValueError) as error:
        found = {"ok": False, "reason": str(error)}
    if asked.json:
        sys.stdout.write(json.dumps(found) + "\n")
    elif found["ok"]:
        sys.stdout.write(f"PROVEN: {found['what']} of {found['object'] or found['desk']}, leaf {found['leaf']}.\n")
    else:
        sys.stdout.write(f"NOT PROVEN: {found['reason']}\n")
    return 0 if found["ok"] else 6


if __name__ == "__main__":
    sys.exit(main())
