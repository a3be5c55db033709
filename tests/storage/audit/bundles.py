"""Honest bundles of many kinds, and what a forger does to them."""

import base64
import hashlib
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text

from storage.audit.bundle import Exported, announce, tile_path, write_bundle
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.audit.log import AuditLog
from storage.audit.note import signed_text, verifier_key
from storage.audit.tables import checkpoints, leaves, tree_nodes
from storage.audit.tree import stored
from storage.database import metadata
from storage.keys.secret import SecretBytes
from storage.keys.signer import AuditSigner
from tests.storage.audit.second_opinion import root_of

DESK = "maple-street"
NOW = 1_800_000_000_000
OBJECT = "ab" * 16
ACTIONS = (Action.RECEIVED, Action.READ, Action.SENT, Action.APPROVED, Action.ERASED)


def a_signer(number: int) -> AuditSigner:
    return AuditSigner(SecretBytes(hashlib.sha256(f"signer {number}".encode()).digest()), key_id=f"{number:032x}")


FORGER = a_signer(666)


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle, the key a stranger would pin, and the checkpoints that went out by mail on the way."""

    content: dict[str, bytes]
    key: str
    mailed: tuple[str, ...]
    exported: Exported


@cache
def honest(seed: int, *, most: int = 400, prunes: bool = True) -> Made:
    """A log with a life of its own: keys rotated, people erased, leaves pruned, the desk restored; then exported."""
    chance = random.Random(seed)
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[leaves, tree_nodes, checkpoints])
    signers, mailed, rotations, unreachable = [a_signer(seed * 10)], [], [], 0
    certificates: dict[str, bytes] = {}
    with engine.begin() as connection:
        log = AuditLog(connection, desk=DESK)
        for _ in range(chance.randint(0, 6)):
            for _ in range(chance.choice([0, 1, 3, chance.randint(1, most // 2)])):
                detail = {
                    "count": chance.randint(0, 99),
                    "rows": [f"{chance.getrandbits(128):032x}"] * chance.randint(0, 3),
                }
                log.append(
                    chance.choice(ACTIONS), OBJECT, actor=chance.choice(["core", "owner"]), at=NOW, detail=detail
                )
            older = [signer.public_key for signer in signers[:-1]]
            if chance.random() < 0.3:
                rotations.append((len(signers), log.count()))
                signers.append(rotated(log, signers[-1], a_signer(seed * 10 + len(signers)), older=older))
                older = [signer.public_key for signer in signers[:-1]]
            mailed.append(sign(log, signers[-1], NOW, older_keys=older).text)
            if chance.random() < 0.15:
                certificates[f"{log.count():032x}"] = certificate(log, signers[-1]).encode()
            if chance.random() < 0.15:
                signers.append(restored(log, a_signer(seed * 10 + len(signers)), lost=chance.randint(0, 300)))
                unreachable = len(signers) - 1
        if prunes and log.count() >= 256 and chance.random() < 0.7:
            minimum = log.count() // 256 * 256
            log.append(Action.LOG_PRUNED, actor="core", at=NOW, detail={"minimum": minimum})
            connection.execute(text("DELETE FROM leaves WHERE i < :m"), {"m": minimum})
            unreachable = max([unreachable, *(place for place, index in rotations if index < minimum)])
        out = io.BytesIO()
        older = [signer.public_key for signer in reversed(signers[:-1])]
        announce(log, signers[-1], actor="owner", now=NOW, older_keys=older)
        exported = write_bundle(log, signers[-1], out, now=NOW, older_keys=older, certificates=certificates)
    engine.dispose()
    # A stranger may have pinned any key from the newest on that no shown leaf announces: each later one is announced.
    pinned = verifier_key(DESK, chance.choice(signers[unreachable:]).public_key)
    return Made(unzipped(out), pinned, tuple(mailed), exported)


def rotated(log: AuditLog, old: AuditSigner, new: AuditSigner, *, older: list[bytes]) -> AuditSigner:
    """Change the key: a leaf names both, and the old key's last act is to sign it."""
    detail = {"key": "audit", "public": new.public_key.hex(), "previous": old.public_key.hex()}
    log.append(Action.KEY_ROTATED, actor="owner", at=NOW, detail=detail)
    sign(log, old, NOW, older_keys=older)
    return new


def certificate(log: AuditLog, signer: AuditSigner) -> str:
    """Somebody is erased: a leaf, and a signed text of its own."""
    log.append(Action.ERASED, OBJECT, actor="desk", at=NOW, detail={"certificate": f"{log.count():064x}"})
    return signed_text(f"nightdesk erasure certificate 1\ndesk {DESK}\nleaf {log.count() - 1}\n", signer, desk=DESK)


def restored(log: AuditLog, new: AuditSigner, *, lost: int) -> AuditSigner:
    """What came after the newest backup is lost; the new machine has a key that the old one never announced."""
    size, connection = log.count(), log._connection
    for _ in range(lost):
        log.append(Action.RECEIVED, OBJECT, actor="core", at=NOW)
    connection.execute(text("DELETE FROM leaves WHERE i >= :size"), {"size": size})
    connection.execute(text("DELETE FROM tree_nodes WHERE position >= :nodes"), {"nodes": stored(size)})
    AuditLog(connection, desk=DESK).append(Action.RESTORED, actor="command", at=NOW, detail={"epoch": 2})
    return new


def unzipped(out: io.BytesIO) -> dict[str, bytes]:
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in content.items():
            archive.writestr(name, raw)
    return path


# --- the forger -----------------------------------------------------------------------------------------------------


def bodies(content: dict[str, bytes]) -> tuple[int, list[bytes]]:
    """The index of the first leaf that is shown, and the shown leaves."""
    first = int(content["manifest"].split(b"\n")[3].split()[3])
    out = []
    for name in sorted(name for name in content if name.startswith("tile/entries/")):
        at, tile = 0, content[name]
        while at < len(tile):
            end = at + 2 + int.from_bytes(tile[at : at + 2], "big")
            out.append(tile[at + 2 : end])
            at = end
    return first, out


def with_bodies(content: dict[str, bytes], first: int, shown: list[bytes]) -> dict[str, bytes]:
    """The same bundle with other leaves in it; manifest and checkpoints as they were."""
    other = {name: raw for name, raw in content.items() if not name.startswith("tile/entries/")}
    for start in range(0, len(shown), 256):
        tile = shown[start : start + 256]
        raw = b"".join(len(body).to_bytes(2, "big") + body for body in tile)
        other[tile_path("entries", (first + start) // 256, len(tile))] = raw
    return other


def remade(content: dict[str, bytes], signer: AuditSigner | None) -> dict[str, bytes]:
    """A manifest that fits the content again: signed by `signer`, or with the old signature kept."""
    text_part, signature = content["manifest"].decode().split("\n\n")
    first, shown = bodies(content)
    head = [*text_part.split("\n")[:3], f"leaves {first + len(shown)} from {first}"]
    files = [
        f"file {hashlib.sha256(raw).hexdigest()} {len(raw)} {name}"
        for name, raw in content.items()
        if name != "manifest"
    ]
    told = "\n".join([*head, *files]) + "\n"
    manifest = f"{told}\n{signature}" if signer is None else signed_text(told, signer, desk=DESK)
    return content | {"manifest": manifest.encode()}


Forgery = Callable[[dict[str, bytes], random.Random], dict[str, bytes]]


def changed_leaf(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    first, shown = bodies(content)
    place = chance.randrange(len(shown))
    swaps = [(b'"core"', b'"door"'), (b'"owner"', b'"staff"'), (b'"v":1', b'"v":2'), (b'"at":1', b'"at":2')]
    old, new = chance.choice([swap for swap in swaps if swap[0] in shown[place]])
    shown[place] = shown[place].replace(old, new)
    return with_bodies(content, first, shown)


def dropped_leaf(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    first, shown = bodies(content)
    del shown[chance.randrange(len(shown))]
    return with_bodies(content, first, shown)


def moved_leaf(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    first, shown = bodies(content)
    one = chance.randrange(len(shown))
    body = shown.pop(one)
    two = chance.choice([place for place in range(len(shown) + 1) if place != one] or [0])
    shown.insert(two, body)
    return with_bodies(content, first, shown)


def doubled_leaf(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    first, shown = bodies(content)
    shown.insert(chance.randrange(len(shown)), chance.choice(shown))
    return with_bodies(content, first, shown)


def cut_tail(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    first, shown = bodies(content)
    return with_bodies(content, first, shown[: chance.randrange(len(shown))])


def flipped_bit(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    name = chance.choice([name for name, raw in content.items() if raw])
    raw = bytearray(content[name])
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return content | {name: bytes(raw)}


def dropped_file(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    gone = chance.choice(list(content))
    return {name: raw for name, raw in content.items() if name != gone}


def added_file(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    return content | {f"tile/entries/{chance.randrange(900, 999)}": b"\x00\x02{}"}


def dropped_checkpoint(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    lines = content["checkpoints"].decode().split("\n")
    count = len(lines) // 6
    gone = chance.randrange(count)
    kept = [line for place, line in enumerate(lines) if place // 6 != gone]
    return content | {"checkpoints": "\n".join(kept).encode()}


def changed_checkpoint(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    lines = content["checkpoints"].decode().split("\n")
    place = chance.randrange(len(lines) // 6) * 6
    if chance.random() < 0.5:
        lines[place + 1] = str(int(lines[place + 1]) + 1)
    else:
        lines[place + 2] = base64.b64encode(chance.randbytes(32)).decode()
    return content | {"checkpoints": "\n".join(lines).encode()}


FORGERIES: tuple[Forgery, ...] = (
    changed_leaf,
    dropped_leaf,
    moved_leaf,
    doubled_leaf,
    cut_tail,
    flipped_bit,
    dropped_file,
    added_file,
    dropped_checkpoint,
    changed_checkpoint,
)


def resigned(content: dict[str, bytes], *, names_key: bool, signer: AuditSigner = FORGER) -> dict[str, bytes]:
    """Everything made to fit by somebody with a key of his own: new roots, new checkpoint, new manifest."""
    first, shown = bodies(content)
    tree: list[bytes] = []
    for name in sorted(name for name in content if name.startswith("tile/0/")):
        tree += [content[name][at : at + 32] for at in range(0, len(content[name]), 32)]
    tree += [hashlib.sha256(b"\x00" + body).digest() for body in shown]
    root = base64.b64encode(root_of(tree)).decode()
    note = signed_text(f"nightdesk/{DESK}\n{first + len(shown)}\n{root}\n", signer, desk=DESK)
    own_key = verifier_key(DESK, signer.public_key).encode() + b"\n"
    keys = own_key + (content["keys"] if names_key else b"")
    return remade(content | {"checkpoints": note.encode(), "keys": keys}, signer)


def forged(seed: int, made: Made) -> dict[str, bytes]:
    """One manipulation, hidden as well as its maker can."""
    chance = random.Random(seed)
    content = dict(made.content)
    while content == made.content:  # what was made to fit may be what it was
        content = hidden(chance.choice(FORGERIES)(dict(made.content), chance), chance)
    return content


def hidden(content: dict[str, bytes], chance: random.Random) -> dict[str, bytes]:
    """A manipulated bundle as it is, or made to fit in one way or another."""
    whole = {"manifest", "keys", "checkpoints"} <= content.keys()
    match chance.choice(["plain", "fitting", "signed", "resigned", "resigned and named"]):
        case "fitting" if whole:
            return attempt(content, lambda: remade(content, None))
        case "signed" if whole:
            return attempt(content, lambda: remade(content, FORGER))
        case "resigned" if whole:
            return attempt(content, lambda: resigned(content, names_key=False))
        case "resigned and named" if whole:
            return attempt(content, lambda: resigned(content, names_key=True))
        case _:
            return content


def attempt(content: dict[str, bytes], better: Callable[[], dict[str, bytes]]) -> dict[str, bytes]:
    # What was broken too badly to be made to fit is left as it is.
    try:
        return better()
    except (ValueError, IndexError, UnicodeDecodeError):
        return content
