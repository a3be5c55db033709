"""A certificate: a signed text about one leaf, which a stranger checks without us (packaging/verify_certificate.py).

nightdesk <what> 1            what it is about, then a line for each fact
…
leaf <index> <base64 of the leaf's bytes>
proof <base64> …              the audit path of that leaf in the checkpoint below (RFC 6962)
                              an empty line, then the checkpoint, whole (note.py)
                              an empty line
— nightdesk/<desk> <signature over all of the above>
"""

import base64
from collections.abc import Sequence

from storage.audit import tree
from storage.audit.checkpoint import sign
from storage.audit.log import AuditLog
from storage.audit.note import parse_and_verify, signed_text
from storage.keys.signer import AuditSigner


def certify(
    log: AuditLog,
    signer: AuditSigner,
    what: str,
    facts: Sequence[str],
    *,
    leaf: int,
    now: int,
    older_keys: Sequence[bytes] = (),
) -> str:
    """The certificate, with a checkpoint over the log as it is now. Raises AuditError, CheckpointError."""
    note = sign(log, signer, now, older_keys=older_keys).text
    point = parse_and_verify(note, desk=log.desk, public_keys=(signer.public_key, *older_keys))
    path = tree.inclusion_proof(leaf, point.size, log.node)
    lines = [
        f"nightdesk {what} 1",
        *facts,
        f"leaf {leaf} {_base64(log.leaf_body(leaf))}",
        " ".join(["proof", *(_base64(one) for one in path)]),
        "",
        note,
    ]
    return signed_text("\n".join(lines), signer, desk=log.desk)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
