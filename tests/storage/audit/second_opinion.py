"""A second verifier of evidence bundles, written from docs/vault.md; it shares no code with the first or the vault."""

import base64
import hashlib
import json
import struct
import zipfile
from pathlib import Path
from typing import NamedTuple

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.storage.audit.rfc6962 import split


class No(Exception):
    """Not proven."""


class Said(NamedTuple):
    """What a manifest says."""

    desk: str
    size: int
    start: int
    manifest: str
    signatures: str


def verdict(path: Path, key: str, pasted: str = "") -> bool:
    """Whether the bundle is proven."""
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) != len({entry.filename for entry in archive.infolist()}):
                return False
            content = {name: archive.read(name) for name in archive.namelist()}
        check(content, key, pasted)
    except (No, ValueError, KeyError, IndexError, TypeError, AttributeError, zipfile.BadZipFile, OSError, EOFError):
        return False
    except Exception as error:
        if type(error).__name__ in {"error", "CanonicalizationError", "RecursionError"}:  # zlib, rfc8785
            return False
        raise
    return True


def need(condition: object) -> None:
    if not condition:
        raise No


def check(content: dict[str, bytes], pinned: str, pasted: str) -> None:
    # The manifest and what it lists.
    manifest, signatures = content["manifest"].decode().split("\n\n")
    first_line, desk_line, made_line, leaves_line, *files = manifest.split("\n")
    need(first_line == "nightdesk bundle 1")
    desk = desk_line.removeprefix("desk ")
    int(made_line.removeprefix("made "))
    word, size_text, other, start_text = leaves_line.split(" ")
    need((word, other) == ("leaves", "from"))
    size, start = int(size_text), int(start_text)
    listed = {}
    for line in files:
        kind, digest, length, name = line.split(" ")
        need(kind == "file" and name not in listed)
        listed[name] = (digest, int(length))
    need(set(listed) | {"manifest"} == set(content))
    for name, told in listed.items():
        need(told == (hashlib.sha256(content[name]).hexdigest(), len(content[name])))
    check_log(content, Said(desk, size, start, manifest + "\n", signatures), pinned, pasted)


def check_log(content: dict[str, bytes], said: Said, pinned: str, pasted: str) -> None:
    desk, size = said.desk, said.size
    # Keys: id to public key.
    keys = dict(key_of(line, desk) for line in content["keys"].decode().splitlines())
    pinned_id, pinned_key = key_of(pinned, desk)
    sealer = signer(said.manifest, said.signatures, keys, desk)
    hashes, announced = hashes_of(content, said)

    # Checkpoints: in order, signed, and each the root of what it counts.
    own = checkpoints(content["checkpoints"].decode(), desk)
    need(own)
    need([point[0] for point in own] == sorted(point[0] for point in own))
    need(own[-1][0] == size)
    signed = []
    for counted, root, text, block in own:
        need(counted <= size)
        need(root == root_of(hashes[:counted]))
        signed.append((counted, signer(text, block, keys, desk)))

    # Trust, from the pinned key on.
    trusted = {pinned_key}
    for _ in range(len(keys) + 1):
        covered = max([counted for counted, key in signed if key in trusted], default=0)
        trusted |= {bytes.fromhex(key) for index, key in announced if index < covered and isinstance(key, str)} & set(
            keys.values()
        )
    need(sealer in trusted)
    need(signed[-1][1] in trusted)

    # What came by mail.
    for counted, root, text, block in checkpoints(pasted, desk) if pasted else []:
        need(counted <= size)
        need(root == root_of(hashes[:counted]))
        signer(text, block, {**keys, pinned_id: pinned_key}, desk)


def hashes_of(content: dict[str, bytes], said: Said) -> tuple[list[bytes], list[tuple[int, str]]]:
    """Every leaf hash, and the keys that leaves announce, each with the index of its leaf."""
    hashes, announced, minimum = [], [], 0
    desk, size, start = said.desk, said.size, said.start
    need(start % 256 == 0)
    for number in range(start // 256):
        tile = content[path_of("0", number, 256)]
        need(len(tile) == 8192)
        hashes += [tile[at : at + 32] for at in range(0, 8192, 32)]
    need(len(hashes) == start)
    number = start // 256
    while number * 256 < size:
        tile = content[path_of("entries", number, min(256, size - number * 256))]
        for raw in entries(tile):
            leaf = json.loads(raw)
            need(rfc8785.dumps(leaf) == raw)
            need(sorted(leaf) == ["action", "actor", "at", "desk", "detail", "i", "object", "v"])
            need((leaf["v"], leaf["desk"], leaf["i"]) == (1, desk, len(hashes)))
            if leaf["action"] == "key-rotated" and leaf["detail"].get("key") == "audit":
                announced.append((len(hashes), leaf["detail"].get("public")))
            if leaf["action"] == "log-pruned":
                minimum = leaf["detail"].get("minimum")
            hashes.append(hashlib.sha256(b"\x00" + raw).digest())
        number += 1
    need(len(hashes) == size)
    need(minimum == start)
    return hashes, announced


def root_of(hashes: list[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return hashlib.sha256(b"\x01" + root_of(hashes[:k]) + root_of(hashes[k:])).digest()


def key_of(line: str, desk: str) -> tuple[bytes, bytes]:
    name, identity, packed = line.split("+", 2)
    raw = base64.b64decode(packed, validate=True)
    need(name == f"nightdesk/{desk}" and len(raw) == 33 and raw[0] == 1)
    need(hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] == identity)
    return bytes.fromhex(identity), raw[1:]


def signer(text: str, block: str, keys: dict[bytes, bytes], desk: str) -> bytes:
    for line in block.splitlines():
        dash, name, packed = line.split(" ")
        raw = base64.b64decode(packed, validate=True)
        if dash == "—" and name == f"nightdesk/{desk}" and raw[:4] in keys:
            try:
                Ed25519PublicKey.from_public_bytes(keys[raw[:4]]).verify(raw[4:], text.encode())
            except InvalidSignature:
                raise No from None
            return keys[raw[:4]]
    raise No


def checkpoints(text: str, desk: str) -> list[tuple[int, bytes, str, str]]:
    """Notes one after another, an empty line between them."""
    lines, found, at = text.split("\n"), [], 0
    while at < len(lines):
        name, count, root, gap = lines[at : at + 4]
        need(name == f"nightdesk/{desk}" and gap == "" and str(int(count)) == count)
        end = at + 4
        while end < len(lines) and lines[end].startswith("— "):
            end += 1
        need(end > at + 4 and end < len(lines) and lines[end] == "")
        raw = base64.b64decode(root, validate=True)
        need(len(raw) == 32)
        found.append((int(count), raw, f"{name}\n{count}\n{root}\n", "\n".join(lines[at + 4 : end])))
        at = end + 1
    return found


def entries(tile: bytes) -> list[bytes]:
    out, at = [], 0
    while at < len(tile):
        (length,) = struct.unpack_from(">H", tile, at) if at + 2 <= len(tile) else (1 << 20,)
        need(at + 2 + length <= len(tile))
        out.append(tile[at + 2 : at + 2 + length])
        at += 2 + length
    return out


def path_of(kind: str, number: int, width: int) -> str:
    need(number < 1000)
    return f"tile/{kind}/{number:03}" + (f".p/{width}" if width < 256 else "")
