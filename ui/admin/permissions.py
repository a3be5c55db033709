"""What may leave the building: each destination, for one purpose, by whose word."""

from flask import Response

from ui.admin.page import page, see
from ui.admin.route import Call, Route


def listing(call: Call) -> Response:
    """Granted and asked for."""
    return page("permissions/permissions.html", call, permissions=call.desk.permissions(call.reader))


def grant(call: Call, permission: str) -> Response:
    """From now on it may."""
    call.desk.grant(call.reader, permission)
    return see("permissions")


def revoke(call: Call, permission: str) -> Response:
    """From now on it may not."""
    call.desk.revoke(call.reader, permission)
    return see("permissions")


ROUTES = (
    Route("GET", "/permissions", "permissions", listing),
    Route("POST", "/permissions/<ident:permission>/grant", "permission.grant", grant),
    Route("POST", "/permissions/<ident:permission>/revoke", "permission.revoke", revoke),
)
