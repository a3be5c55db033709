"""How far the log was in a set: what an older copy of the desk is told by."""

from storage.audit.marks import Mark
from storage.audit.note import parse_and_verify
from storage.copies.manifest import Manifest
from storage.keys.opened import OpenKeys


def log_mark(manifest: Manifest, keys: OpenKeys) -> Mark | None:
    """Its newest checkpoint as a mark; None where nothing was signed yet. Raises CheckpointError."""
    if not manifest.checkpoint:
        return None
    point = parse_and_verify(manifest.checkpoint, desk=keys.desk, public_keys=keys.audit_public_keys())
    return Mark(manifest.epoch, manifest.at, point)
