"""Signing the log: what is signed next is first proven to continue what was signed last."""

from collections.abc import Sequence

from storage.audit import tree
from storage.audit.check import StoredNote
from storage.audit.log import AuditLog
from storage.audit.note import Checkpoint, parse_and_verify, signed_note
from storage.keys.signer import AuditSigner


def sign(log: AuditLog, signer: AuditSigner, now: int, *, older_keys: Sequence[bytes] = ()) -> StoredNote:
    """The signed checkpoint over all leaves, stored; the last one again where nothing was added since.

    `older_keys` are those that signed before this one. Raises CheckpointError or AuditError, and signs nothing, if the
    log does not continue its last checkpoint.
    """
    point = Checkpoint(log.desk, log.count(), log.root())
    last = log.newest_note()
    if last is not None:
        before = parse_and_verify(last.text, desk=log.desk, public_keys=(signer.public_key, *older_keys))
        _prove_continued(log, before, point)
    text = signed_note(point, signer)
    if last is not None and last.text == text:  # Ed25519 signs the same text the same way
        return last
    note = StoredNote(1 if last is None else last.sequence + 1, now, point.size, text)
    log.keep_note(note)
    return note


def _prove_continued(log: AuditLog, before: Checkpoint, point: Checkpoint) -> None:
    proof = tree.consistency_proof(before.size, point.size, log.node)
    tree.verify_consistency(old=before.size, new=point.size, old_root=before.root, new_root=point.root, proof=proof)
