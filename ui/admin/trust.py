"""Where outsiders and browsers report: the contact for finding faults, and violations of the page policy."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Response, request

from appliance.views.incidents import Incident, SecurityEvent
from ui.admin.guard import TurnedAway, place
from ui.admin.route import Access, Call, Route

_LONGEST = 80
_SECURITY_TXT = """\
# Nightdesk runs on the machine of the shop or clinic whose texts it answers.
# Faults of this desk: tell its owner. Faults of the software: SECURITY.md of the release says how.
Contact: {origin}/status
Expires: {expires}
Preferred-Languages: en, es
Canonical: {origin}/.well-known/security.txt
"""


def security_txt(call: Call) -> Response:
    """RFC 9116, for this desk."""
    soon = datetime.fromtimestamp(call.desk.about().now / 1000, tz=UTC) + timedelta(days=180)
    text = _SECURITY_TXT.format(origin=place().origin, expires=soon.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return Response(text, content_type="text/plain; charset=utf-8")


def policy_report(call: Call) -> Response:
    """A browser says that a page tried what its policy forbids. Only directive and origin are kept."""
    try:
        report = json.loads(request.get_data())
        body = report["csp-report"] if isinstance(report, dict) else report[0]["body"]
        detail = f"{_clean(body.get('effective-directive', body.get('effectiveDirective')))} "
        detail += _origin_of(body.get("blocked-uri", body.get("blockedURL")))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise TurnedAway(400) from None
    call.desk.note_incident(Incident(SecurityEvent.POLICY_VIOLATION, "policy-report", detail))
    return Response(status=204, content_type="text/plain; charset=utf-8")


def _clean(value: object) -> str:
    text = value if isinstance(value, str) else "?"
    return "".join(letter for letter in text if letter.isalnum() or letter in "-./:")[:_LONGEST]


def _origin_of(value: object) -> str:
    parts = urlsplit(value if isinstance(value, str) else "")
    return _clean(f"{parts.scheme}://{parts.netloc}" if parts.netloc else parts.path)


ROUTES = (
    Route("GET", "/.well-known/security.txt", "security.txt", security_txt, Access.OPEN),
    Route("POST", "/policy-report", "policy-report", policy_report, Access.REPORT),
)
