"""What a rotation changes inside the copies: person keys, seals, indexes, and the leaves that tell of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, bindparam, select, update

from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.audit.log import AuditLog
from storage.erasures import erasures
from storage.errors import SealError
from storage.ids import new_id
from storage.keys.keytable import Key, KeyName
from storage.keys.opened import OpenKeys
from storage.keys.persons import new_dek, unwrap, wrap
from storage.keys.signer import AuditSigner
from storage.ledger import ledger
from storage.messages import messages
from storage.meta import Meta
from storage.people import people
from storage.person_keys import PersonKey, person_keys
from storage.replies import replies
from storage.rotation.files import change_each
from storage.sample import PLACES, Place
from storage.sealing import About, open_sealed, seal
from storage.seals import SCHEMA, Sealed
from storage.suppressions import suppressions

INDEXES: tuple[Column[Any], ...] = (
    people.c.number_index,
    suppressions.c.number_index,
    erasures.c.number_index,
    messages.c.body_digest,
    replies.c.body_digest,
    # What stands in the place of an erased text's id; the carrier's own are spelled otherwise.
    messages.c.provider_id,
    replies.c.provider_id,
    ledger.c.digest,
)
"""Every column in which the pseudo key makes values."""

_INDEX = re.compile(r"[0-9a-f]{64}")
_OFTEN = 500

Told = Callable[[int], None]
"""Told how many values more are done; raises where the work is to be left."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """A person's key before and after a leak."""

    old: PersonKey
    new: PersonKey


def rewrap(connection: Connection, old: OpenKeys, new: OpenKeys) -> int:
    """Wrap each person key under the new pkek. How many."""
    kek = new.key(KeyName.PKEK)
    rows = connection.execute(select(person_keys).where(person_keys.c.wrapped.is_not(None))).all()
    changed = [
        {"who": row.person_id, "as": row.key_id, "is": wrap(unwrap(row.wrapped, old.by_id(row.kek_id)), kek)}
        for row in rows
    ]
    _put(connection, changed, kek)
    return len(changed)


def renew(connection: Connection, old: OpenKeys, new: OpenKeys) -> Mapping[str, Renewed]:
    """Give each person another key. The old and the new one of everybody who has one."""
    kek = new.key(KeyName.PKEK)
    renewed = {
        row.person_id: Renewed(
            PersonKey(row.key_id, unwrap(row.wrapped, old.by_id(row.kek_id))), PersonKey(new_id(), new_dek())
        )
        for row in connection.execute(select(person_keys).where(person_keys.c.wrapped.is_not(None)))
    }
    changed = [{"who": person, "as": one.new.id, "is": wrap(one.new.secret, kek)} for person, one in renewed.items()]
    _put(connection, changed, kek)
    return renewed


def _put(connection: Connection, changed: list[dict[str, object]], kek: Key) -> None:
    if not changed:
        return
    row = {
        "key_id": bindparam("as"),
        "wrapped": bindparam("is"),
        "kek_id": kek.id,
        "kek_generation": kek.generation,
    }
    connection.execute(update(person_keys).where(person_keys.c.person_id == bindparam("who")).values(row), changed)


def reseal(connection: Connection, desk: str, renewed: Mapping[str, Renewed], *, told: Told) -> int:
    """Seal everything of everybody with their new key. How many values; what did not open before stays as it is."""
    return sum(_reseal(connection, desk, place, renewed, told) for place in PLACES)


def _reseal(connection: Connection, desk: str, place: Place, renewed: Mapping[str, Renewed], told: Told) -> int:
    count, table, column = 0, place.table.name, place.column

    def anew(row: str, person: str, envelope: bytes) -> bytes:
        nonlocal count
        count += 1
        if count % _OFTEN == 0:
            told(_OFTEN)
        return resealed(Sealed(table, column, row, person, envelope), desk, renewed)

    columns = place.table.c
    change_each(connection, columns[place.column], anew, columns[place.id], columns[place.person])
    told(count % _OFTEN)
    return count


def resealed(sealed: Sealed, desk: str, renewed: Mapping[str, Renewed]) -> bytes:
    """The envelope under the new key of its person; as it is where the person was erased or the words removed."""
    one = renewed.get(sealed.person)
    if one is None or not sealed.envelope:
        return sealed.envelope
    about = About(desk, sealed.table, sealed.column, sealed.row, sealed.person, SCHEMA)
    try:
        plain = open_sealed(sealed.envelope, about, one.old.id, one.old.secret)
    except SealError:
        return sealed.envelope
    return seal(plain, about, one.new.id, one.new.secret)


def reindex(connection: Connection, keys: OpenKeys, *, told: Told) -> None:
    """Carry every blind index on to the pseudo key of `keys`; nothing where they are of that key already."""
    meta, newest = Meta(connection), keys.key(KeyName.PSEUDO).id
    since = meta.get(Meta.INDEX_KEY) or _first(keys)
    if since == newest:
        return
    count = 0

    def next_index(index: str) -> str:
        nonlocal count
        count += 1
        if count % _OFTEN == 0:
            told(_OFTEN)
        # An erased person's index is none any more.
        return keys.next_index(index, since=since) if _INDEX.fullmatch(index) else index

    for column in INDEXES:
        change_each(connection, column, next_index)
    told(count % _OFTEN)
    meta.put(Meta.INDEX_KEY, newest)


def _first(keys: OpenKeys) -> str:
    return min((key for key in keys.table if key.name is KeyName.PSEUDO), key=lambda key: key.generation).id


def announce(log: AuditLog, old: OpenKeys, new: OpenKeys, *, actor: str, kind: str, at: int) -> None:
    """A leaf for each new key; the old audit key signs them as its last act, and then the new one signs."""
    root = {"key": "root", "generation": old.ring.root.generation + 1, "kind": kind}
    log.append(Action.KEY_ROTATED, actor=actor, at=at, detail=root)
    for name in KeyName:
        if name is not KeyName.AUDIT:
            key = new.key(name)
            detail = {"key": name.value, "generation": key.generation, "new": key.id, "kind": kind}
            log.append(Action.KEY_ROTATED, key.id, actor=actor, at=at, detail=detail)
    last, first = old.signer(), new.signer()
    log.append(Action.KEY_ROTATED, first.key_id, actor=actor, at=at, detail=_audit(new, last, first, kind))
    older = old.audit_public_keys()
    sign(log, last, at, older_keys=older)
    sign(log, first, at, older_keys=older)


def _audit(new: OpenKeys, last: AuditSigner, first: AuditSigner, kind: str) -> dict[str, object]:
    return {
        "key": "audit",
        "generation": new.key(KeyName.AUDIT).generation,
        "public": first.public_key.hex(),
        "previous": last.public_key.hex(),
        "kind": kind,
    }
