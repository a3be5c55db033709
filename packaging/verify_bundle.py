"""Checks a Nightdesk evidence bundle. One file, standard library only, so that a stranger can read it and run it.

    python verify_bundle.py BUNDLE.zip --key KEY [--checkpoint FILE] [--json]

KEY is the desk's public key as the desk shows it (nightdesk/<desk>+<id>+<base64>); take it from there, not from the
bundle. FILE holds checkpoints pasted from older mails: they prove that the log did not change since. Exit 0: proven.
Exit 6: not proven, with the reason. What is checked:

 1. the archive holds each named file once, and nothing else
 2. the manifest is signed, and every file is what the manifest says
 3. each leaf stands at its index, is canonical, and belongs to this desk
 4. the root of all leaves, and the root at every older checkpoint, is the one that was signed: nothing was changed,
    moved, added or dropped in between
 5. the keys that signed lead back to KEY: each new key was announced in a leaf that an older trusted key signed
 6. leaves that are no longer shown (older than seven years) were announced to be dropped, and their hashes still fit
 7. the pasted checkpoints are signed by a key of the desk and fit as well
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

TILE = 256
MOST_SIGNATURES = 200  # of older checkpoints; every root is compared, and the manifest's signature covers them all
LARGEST_FILE = 64 * 1024 * 1024
FIELDS = {"v", "desk", "i", "at", "actor", "action", "object", "detail"}
NOTE = re.compile(r"(nightdesk/(\S{1,64})\n(0|[1-9]\d{0,15})\n([\w+/]{43}=)\n)\n((?:— \S+\s[\w+/\n]+=*\n)+)", re.ASCII)
HEAD = re.compile(r"nightdesk bundle 1\ndesk (\S+)\nmade (\d{1,15})\nleaves (\d{1,15}) from (\d{1,15})\n", re.ASCII)
FILE = re.compile(r"file ([0-9a-f]{64}) ([0-9]{1,12}) (\S+)")
parse = json.JSONDecoder().decode
spell = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class NotProvenError(Exception):
    """The reason, in a sentence."""


def hold(holds: object, reason: str) -> None:
    if not holds:
        raise NotProvenError(reason)


# --- Ed25519, RFC 8032 §5.1: verification only, so nothing here is secret ------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]


def add(one: Point, two: Point) -> Point:
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, two
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(one: Point) -> Point:
    x1, y1, z1, _ = one
    a, b = x1 * x1 % P, y1 * y1 % P
    h, g = a + b, a - b
    e, f = h - (x1 + y1) ** 2 % P, 2 * z1 * z1 % P + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def unpack(packed: bytes) -> Point | None:
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (not x and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def multiples(point: Point) -> list[Point]:
    table: list[Point] = [(0, 1, 1, 0)]
    for _ in range(15):
        table.append(add(table[-1], point))
    return table


BASE_Y = 4 * pow(5, -1, P) % P
BASE = multiples(unpack(BASE_Y.to_bytes(32, "little")) or (0, 1, 1, 0))


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    point, s = unpack(public), int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus = multiples((P - point[0], point[1], 1, P - point[3]))
    at: Point = (0, 1, 1, 0)
    for shift in range(252, -4, -4):
        for _ in range(4):
            at = double(at)
        at = add(add(at, BASE[s >> shift & 15]), minus[k >> shift & 15])
    inverse = pow(at[2], -1, P)
    x, y = at[0] * inverse % P, at[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- the tree, RFC 6962 §2.1 ----------------------------------------------------------------------------------------


class Tree:  # the right edge of a growing tree: enough to know its root
    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, node: bytes) -> None:
        size = self.size
        while size & 1:
            node = hashlib.sha256(b"\x01" + self.peaks.pop() + node).digest()
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        node = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node


# --- signed notes ---------------------------------------------------------------------------------------------------


class Key(NamedTuple):
    name: str
    id: bytes
    public: bytes


class Signed(NamedTuple):  # a checkpoint as found, not verified yet
    text: str
    desk: str
    size: int
    root: bytes
    lines: list[str]


def read_key(spelled: str) -> Key:
    """A key spelled <name>+<id>+<base64>."""
    name, _, rest = spelled.strip().partition("+")
    key_id, _, packed = rest.partition("+")
    try:
        raw = base64.b64decode(packed, validate=True)
    except ValueError:
        raw = b""
    hold(len(raw) == 33 and raw[0] == 1, f"this is no Ed25519 key of a log: {spelled[:100]!r}")
    key = Key(name, hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4], raw[1:])
    hold(key.id.hex() == key_id, "the id of a key is not that of the key")
    return key


def signature_of(key: Key, lines: list[str]) -> bytes:
    """The signature that claims to be by this key, or nothing."""
    for line in lines:
        name, _, packed = line.removeprefix("— ").partition(" ")
        try:
            raw = base64.b64decode(packed, validate=True)
        except ValueError:
            continue
        if name == key.name and raw[:4] == key.id:
            return raw[4:]
    return b""


def signer_of(text: str, lines: list[str], keys: list[Key]) -> Key | None:
    """The one of these keys that signed. A signature that claims to be by one and is not is refused."""
    for key in keys:
        if signature := signature_of(key, lines):
            hold(signed_by(key.public, text.encode(), signature), f"a signature by key {key.id.hex()} does not hold")
            return key
    return None


def notes_in(text: str) -> Iterator[Signed]:
    """Every checkpoint in a text, also one that a mail program quoted, indented or wrapped."""
    plain = "".join(re.sub(r"^[>\s]+", "", line).rstrip() + "\n" for line in text.splitlines())
    for found in NOTE.finditer(plain):
        signed, desk, size, root, block = found.groups()
        lines = [f"— {name} {''.join(parts)}" for name, *parts in (line.split() for line in block.split("— ")[1:])]
        yield Signed(signed, desk, int(size), base64.b64decode(root), lines)


# --- the bundle -----------------------------------------------------------------------------------------------------


class Bundle:
    """The files of a bundle; each is compared with the manifest as it is read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        names = archive.namelist()
        hold(len(set(names)) == len(names), "the archive holds a file twice")  # 1
        text, _, block = self._raw("manifest").decode("utf-8", "replace").rpartition("\n\n")
        self.manifest, self.lines = text + "\n", block.splitlines()
        if (head := HEAD.match(self.manifest)) is None:
            raise NotProvenError("the manifest is not one of this form")
        self.desk, self.made, self.size, self.first = head[1], int(head[2]), int(head[3]), int(head[4])
        listed = [FILE.fullmatch(line) for line in self.manifest[head.end() :].splitlines()]
        self.files = {line[3]: (line[1], int(line[2])) for line in listed if line}
        hold(len(self.files) == len(listed), "the manifest has a line of another form, or names a file twice")
        hold({*self.files, "manifest"} == set(names), "the archive does not hold what the manifest names")  # 1
        self.unread = set(self.files)

    def _raw(self, name: str) -> bytes:
        try:
            hold(self.archive.getinfo(name).file_size <= LARGEST_FILE, f"{name} is too large")
            return self.archive.read(name)
        except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
            raise NotProvenError(f"{name} is missing or damaged") from None

    def read(self, name: str) -> bytes:
        hold(name in self.files, f"{name} is missing")
        raw = self._raw(name)
        hold((hashlib.sha256(raw).hexdigest(), len(raw)) == self.files[name], f"{name} was changed")  # 2
        self.unread.discard(name)
        return raw


def tiles(bundle: Bundle, kind: str, start: int, end: int) -> Iterator[bytes]:
    """Tiles as C2SP tlog-tiles names them: number 1234067 is x001/x234/067, a last one of 5 ends in .p/5."""
    for number in range(start // TILE, -(-end // TILE)):
        digits = f"{number:012}"
        threes = [digits[at : at + 3] for at in range(0, 12, 3)]
        while len(threes) > 1 and threes[0] == "000":
            threes.pop(0)
        width = min(end - number * TILE, TILE) % TILE
        path = "/".join([f"tile/{kind}", *("x" + three for three in threes[:-1]), threes[-1]])
        yield bundle.read(path + (f".p/{width}" if width else ""))


def leaves(bundle: Bundle) -> Iterator[bytes]:
    """The bytes of each leaf that is shown, from `bundle.first` on."""
    for tile in tiles(bundle, "entries", bundle.first, bundle.size):
        at = 0
        while at < len(tile):
            end = at + 2 + int.from_bytes(tile[at : at + 2], "big")
            hold(end <= len(tile), "a tile of leaves is cut short")
            yield tile[at + 2 : end]
            at = end


def read_leaf(raw: bytes, index: int, desk: str) -> dict[str, Any]:
    try:
        text = raw.decode("ascii")
        said: dict[str, Any] = parse(text)
        if spell(said) == text and said.keys() == FIELDS and isinstance(said["detail"], dict):
            hold((said["v"], said["desk"], said["i"]) == (1, desk, index), f"leaf {index} is of another place or desk")
            return said
    except (ValueError, AttributeError, RecursionError):
        pass
    raise NotProvenError(f"leaf {index} is not a canonical leaf")  # 3


class Grown(NamedTuple):  # what was learnt from the leaves
    roots: dict[int, bytes]
    keys: list[tuple[int, str]]  # (index of the leaf, a public key that it announces)
    dropped: int
    last_at: int


def grow(bundle: Bundle, sizes: set[int]) -> Grown:
    tree, keys, dropped, at = Tree(), list[tuple[int, str]](), 0, 0
    roots = {0: tree.root()}
    hold(bundle.first % TILE == 0 and bundle.first <= bundle.size, "the manifest begins at an odd place")
    for tile in tiles(bundle, "0", 0, bundle.first):
        hold(len(tile) == 32 * TILE, "a tile of hashes is cut short")
        for start in range(0, len(tile), 32):
            tree.add(tile[start : start + 32])
            if tree.size in sizes:
                roots[tree.size] = tree.root()
    for raw in leaves(bundle):
        leaf = read_leaf(raw, tree.size, bundle.desk)
        action, detail, at = leaf["action"], leaf["detail"], leaf["at"]
        if action == "key-rotated" and detail.get("key") == "audit":
            keys.append((tree.size, str(detail.get("public"))))  # never back to a key that was replaced
        if action == "log-pruned":
            dropped = detail.get("minimum")
        tree.add(hashlib.sha256(b"\x00" + raw).digest())
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    hold(tree.size == bundle.size, f"{bundle.size} leaves were signed for and {tree.size} are there")
    return Grown(roots, keys, dropped, at)


def trusted(pinned: Key, claimed: list[Key], signed: list[tuple[Key, int]], grown: Grown) -> list[Key]:
    """The keys that lead back to the pinned one: announced in a leaf that a key trusted before signed."""
    keys = [pinned]
    while True:
        covered = max((size for key, size in signed if key in keys), default=0)
        announced = {public for index, public in grown.keys if index < covered}
        more = [key for key in claimed if key.public.hex() in announced and key not in keys]
        if not more:
            return keys
        keys += more


def verify(archive: zipfile.ZipFile, pinned: Key, pasted: list[Signed]) -> dict[str, Any]:
    """What is proven. Raises NotProvenError with the first reason against it."""
    bundle = Bundle(archive)
    hold(pinned.name == f"nightdesk/{bundle.desk}", f"this is the log of {bundle.desk}, not of {pinned.name}")
    claimed = [read_key(line) for line in bundle.read("keys").decode("utf-8", "replace").splitlines()]
    sealer = signer_of(bundle.manifest, bundle.lines, claimed)  # 2
    for point in pasted:  # 7
        hold(signer_of(point.text, point.lines, [pinned, *claimed]), "a pasted checkpoint is not this desk's")
    text = bundle.read("checkpoints").decode("utf-8", "replace")
    points = list(notes_in(text))
    spelled = [f"{point.text}\n" + "".join(f"{line}\n" for line in point.lines) for point in points]
    hold("\n".join(spelled) == text, "the list of checkpoints holds something else")
    hold(points == sorted(points, key=lambda point: point.size), "checkpoints are out of order")
    hold(points and points[-1].size == bundle.size, "the newest checkpoint does not sign all leaves")
    grown = grow(bundle, {point.size for point in [*points, *pasted]})  # 3
    for name in sorted(bundle.unread):
        bundle.read(name)  # 2
    for point in [*points, *pasted]:  # 4, 7
        hold(point.desk == bundle.desk, f"a checkpoint of {point.desk} is among them")
        hold(point.size <= bundle.size, f"{point.size} leaves were signed before, and {bundle.size} are left")
        hold(grown.roots[point.size] == point.root, f"one of the first {point.size} leaves was changed after signing")
    signed = [(signer_of(point.text, point.lines, claimed), point.size) for point in chosen(points, claimed)]
    hold(sealer and all(key for key, _ in signed), "something is not signed by a key that the bundle names")
    keys = trusted(pinned, claimed, [(key, size) for key, size in signed if key], grown)  # 5
    hold(sealer in keys and signed[-1][0] in keys, "the key that signed does not lead back to the given one")
    hold(bundle.first == grown.dropped, f"the first {bundle.first} leaves are not shown, and no leaf says why")  # 6
    return {
        "ok": True,
        "desk": bundle.desk,
        "made": bundle.made,
        "leaves": bundle.size,
        "not_shown": bundle.first,
        "last_at": grown.last_at,
        "checkpoints": len(points),
        "pasted": len(pasted),
        "keys": [key.id.hex() for key in keys],
    }


def chosen(points: list[Signed], claimed: list[Key]) -> list[Signed]:
    """Whose signatures are verified: all, or of very many the newest by each key and an even choice."""
    newest = {key: place for place, point in enumerate(points) for key in claimed if signature_of(key, point.lines)}
    places = {*newest.values(), *range(0, len(points), 1 + len(points) // MOST_SIGNATURES), len(points) - 1}
    return [points[place] for place in sorted(places)]


def pasted_from(name: str) -> list[Signed]:
    with open(name, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - readable without knowing pathlib
        notes = list(notes_in(file.read()))
    hold(notes, f"there is no checkpoint in {name}")
    return notes


def sentence(found: dict[str, Any]) -> str:
    if not found["ok"]:
        return f"NOT PROVEN: {found['reason']}\n"
    return (
        f"PROVEN: the log of {found['desk']} has {found['leaves']} leaves ({found['not_shown']} by hash only); none was"
        f" changed, moved, added or dropped; {found['checkpoints']} checkpoints and {found['pasted']} pasted fit.\n"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a Nightdesk evidence bundle.")
    parser.add_argument("bundle")
    parser.add_argument("--key", required=True, help="the desk's public key, from the desk and not from the bundle")
    parser.add_argument(
        "--checkpoint", action="append", default=[], metavar="FILE", help="checkpoints pasted from mails"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        pasted = [note for name in asked.checkpoint for note in pasted_from(name)]
        with zipfile.ZipFile(asked.bundle) as archive:
            found = verify(archive, read_key(asked.key), pasted)
    except (NotProvenError, OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        found = {"ok": False, "reason": str(error)}
    sys.stdout.write(json.dumps(found) + "\n" if asked.json else sentence(found))
    return 0 if found["ok"] else 6


if __name__ == "__main__":
    sys.exit(main())
