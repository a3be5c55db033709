"""The session's cookie: its name, and the documented fallback for browsers that drop Secure cookies on the loopback.

Cookies ignore ports, so the name carries ours: two desks on one machine do not sign each other out. Chromium and
Firefox keep `__Host-` cookies on http://nightdesk.localhost. A browser that does not is noticed at the sign-in page:
its probe cookie does not come back, and only then the session is given as a plain HttpOnly, SameSite=Strict cookie.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Response

LONGEST = 256
TWELVE_HOURS = 12 * 60 * 60


def _suffix(origin: str) -> str:
    return str(urlsplit(origin).port or 80)


def secure_name(origin: str) -> str:
    """The cookie that browsers with current rules get."""
    return f"__Host-nightdesk-{_suffix(origin)}"


def plain_name(origin: str) -> str:
    """The fallback."""
    return f"nightdesk-plain-{_suffix(origin)}"


def probe_name(origin: str) -> str:
    """Tells whether Secure cookies come back. Holds nothing."""
    return f"__Host-nightdesk-probe-{_suffix(origin)}"


def session_cookie(cookies: Mapping[str, str], origin: str) -> str | None:
    """The session's value, the Secure one first; None if there is none or it cannot be ours."""
    value = cookies.get(secure_name(origin)) or cookies.get(plain_name(origin))
    return value if value and len(value) <= LONGEST and value.isascii() else None


def give_probe(response: Response, origin: str) -> None:
    """At the sign-in page."""
    _set(response, probe_name(origin), "1", age=600, secure=True)


def give_session(response: Response, origin: str, value: str, cookies: Mapping[str, str]) -> None:
    """After sign-in: Secure if the probe came back."""
    secure = probe_name(origin) in cookies
    _set(response, secure_name(origin) if secure else plain_name(origin), value, age=TWELVE_HOURS, secure=secure)


def take_back(response: Response, origin: str) -> None:
    """At sign-out, and when a session has ended."""
    for name, secure in ((secure_name(origin), True), (plain_name(origin), False)):
        _set(response, name, "", age=0, secure=secure)


def _set(response: Response, name: str, value: str, *, age: int, secure: bool) -> None:
    response.set_cookie(name, value, max_age=age, path="/", secure=secure, httponly=True, samesite="Strict")
