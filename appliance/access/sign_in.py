"""Signing in by a link that works once, and what a session may still do."""

from typing import Final

from appliance.gateways.clock import Clock
from appliance.views.people import Reader
from appliance.views.refusals import SignInRefused
from storage.audit.leaf import Action
from storage.sessions import LINK_LIFE_MS, LinkSpentError
from storage.vault import Vault

OWNER: Final = "owner"
# Whoever types a command on this machine holds no session.
BY_COMMAND: Final = Reader(OWNER, OWNER, "")
_TOUCH_EVERY_MS: Final = 60_000


def new_link(member: str, *, vault: Vault, clock: Clock, lives_ms: int = LINK_LIFE_MS) -> str:
    """A fresh sign-in token: works once, within its life (10 minutes at most, ASVS 6.5.5)."""
    at = clock.now()
    with vault.reading() as tx:
        token = tx.sessions.new_link(member, at=at, lives_ms=min(lives_ms, LINK_LIFE_MS))
        tx.audit.append(Action.LINK_MADE, actor=member, at=at)
    return token


def sign_in(token: str, *, vault: Vault, clock: Clock) -> str:
    """Use up a token; the new session's cookie. Raises SignInRefused, the same for every cause."""
    at = clock.now()
    with vault.reading() as tx:
        try:
            cookie, session = tx.sessions.sign_in(token, at=at)
        except LinkSpentError:
            tx.audit.append(Action.SIGN_IN_REFUSED, actor="unknown", at=at)
        else:
            tx.audit.append(Action.SIGNED_IN, session.id[:32], actor=session.member, at=at)
            return cookie
    raise SignInRefused("This sign-in link is used or too old.", remedy="Ask for a new one with: nightdesk link")


def session(cookie: str, *, touch: bool, vault: Vault, clock: Clock) -> Reader | None:
    """Who holds the cookie, or None. `touch` starts the idle time again, at most once a minute."""
    at = clock.now()
    with vault.look() as tx:
        alive = tx.sessions.alive(cookie, at=at)
    if alive is None:
        return None
    if touch and at - alive.seen_at > _TOUCH_EVERY_MS:
        with vault.reading() as tx:
            tx.sessions.seen(alive.id, at=at)
    return Reader(name=alive.member, role=OWNER, session_id=alive.id)


def sign_out(cookie: str, *, vault: Vault, clock: Clock) -> None:
    """End that session. An unknown cookie is no error."""
    at = clock.now()
    with vault.reading() as tx:
        alive = tx.sessions.alive(cookie, at=at)
        if alive is not None:
            tx.sessions.end(alive.id)
            tx.audit.append(Action.SIGNED_OUT, alive.id[:32], actor=alive.member, at=at)


def end_all_sessions(reader: Reader, *, vault: Vault, clock: Clock) -> None:
    """Everybody must sign in again."""
    at = clock.now()
    with vault.reading() as tx:
        ended = tx.sessions.end_all()
        tx.audit.append(Action.SESSIONS_ENDED, actor=reader.name, at=at, detail={"count": ended})
