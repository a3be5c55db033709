"""Every route, from the app's own table: nobody gets in who should not, and every answer carries what it must.

A route that is added is tested by being in the table; nothing here names one that is not an exception.
"""

import re

import pytest
from flask.testing import FlaskClient

from tests.ui.admin.browser_words import FORM, HOST, OURS, with_session
from tests.ui.admin.fake_desk import FakeDesk
from ui.admin.app import ROUTES
from ui.admin.guard import form_token
from ui.admin.route import Access, Route

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")

SIGNED_IN = [route for route in ROUTES if route.access is Access.SIGNED_IN]
CHANGING = [route for route in SIGNED_IN if route.method == "POST"]


def address(route: Route) -> str:
    return re.sub(r"<[^>]+>", "0123456789abcdef", route.rule)


def named(route: Route) -> str:
    return f"{route.method} {route.rule}"


def whole_form(route: Route) -> dict[str, str]:
    """Something acceptable for each field that the route declares."""
    candidates = ("1", "hours", "shown", "words", "routine")
    return {
        name: next(one for one in candidates if re.fullmatch(field.pattern, one) and len(one) >= field.least)
        for name, field in route.form.items()
        if not field.optional
    }


@pytest.mark.parametrize("route", ROUTES, ids=named)
@pytest.mark.parametrize(
    "host", ["127.0.0.1:8400", "localhost:8400", "nightdesk.localhost", "evil.example", f"{HOST}.evil.example"]
)
def test_any_other_host_is_misdirected(client: FlaskClient, route: Route, host: str) -> None:
    assert client.open(address(route), method=route.method, headers={**OURS, "Host": host}).status_code == 421


@pytest.mark.parametrize("route", SIGNED_IN, ids=named)
def test_without_a_session_nobody_gets_in(client: FlaskClient, route: Route) -> None:
    for headers in (OURS, with_session("a-cookie-of-nobody")):
        answer = client.open(address(route), method=route.method, headers=headers, content_type=FORM, data="")

        assert answer.status_code in {303, 401}, answer.status_code
        assert "/sign-in" in answer.headers.get("Location", "/sign-in")


@pytest.mark.parametrize("route", CHANGING, ids=named)
@pytest.mark.parametrize(
    "changed",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://nightdesk.localhost:8401"},
        {"Origin": "null"},
        {"Origin": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": None},
    ],
    ids=str,
)
def test_a_change_that_does_not_come_from_our_own_page_is_refused(
    client: FlaskClient, cookie: str, route: Route, changed: dict[str, str | None]
) -> None:
    headers = {name: value for name, value in {**with_session(cookie), **changed}.items() if value is not None}

    answer = client.post(address(route), headers=headers, content_type=FORM, data={"form_token": form_token(cookie)})

    assert answer.status_code == 403


@pytest.mark.parametrize("route", CHANGING, ids=named)
def test_a_change_without_the_sessions_form_token_is_refused(client: FlaskClient, cookie: str, route: Route) -> None:
    form = whole_form(route)

    def post(form: dict[str, str]) -> int:
        return client.post(address(route), headers=with_session(cookie), content_type=FORM, data=form).status_code

    assert post({**form, "form_token": form_token("another")}) == 403
    assert post(form) == 400
    assert post({**form, "form_token": form_token(cookie)}) not in {400, 401, 403, 415, 421}


@pytest.mark.parametrize("route", CHANGING, ids=named)
def test_forms_are_forms_with_declared_fields_each_once(client: FlaskClient, cookie: str, route: Route) -> None:
    token = form_token(cookie)
    headers = with_session(cookie)

    def post(data: str, content_type: str = FORM) -> int:
        return client.post(address(route), headers=headers, content_type=content_type, data=data).status_code

    assert post("{}", "application/json") == 415
    assert post(f"form_token={token}", "text/plain") == 415
    assert post(f"form_token={token}&no_such_field=1") == 400
    assert post(f"form_token={token}&form_token={token}") == 400
    assert post(f"form_token={token}&x=%FF%FE") == 400
    assert post("x=" + "y" * 70_000) == 413


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_methods_that_are_not_in_the_table_are_refused(client: FlaskClient, cookie: str, route: Route) -> None:
    taken = {one.method for one in ROUTES if one.rule == route.rule}
    allowed = taken | ({"HEAD"} if "GET" in taken else set())

    for method in METHODS:
        status = client.open(address(route), method=method, headers=with_session(cookie)).status_code
        assert (status == 405) is (method not in allowed), (method, status)


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_every_answer_carries_the_policy_and_nothing_that_invites_strangers(
    client: FlaskClient, cookie: str, route: Route
) -> None:
    for headers in (OURS, with_session(cookie), {**OURS, "Host": "evil.example"}):
        answer = client.open(address(route), method=route.method, headers=headers)
        policy = answer.headers["Content-Security-Policy"]

        assert "default-src 'none'" in policy
        assert "unsafe-" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not [name for name in dict(answer.headers) if name.startswith("Access-Control-")]
        assert "Server" not in answer.headers
        immutable = "immutable" in answer.headers["Cache-Control"]
        assert immutable or "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("route", [route for route in SIGNED_IN if route.method == "GET"], ids=named)
def test_another_site_can_load_nothing(client: FlaskClient, cookie: str, route: Route) -> None:
    for site in ("cross-site", "same-site"):
        answer = client.get(address(route), headers=with_session(cookie, Sec_Fetch_Site=site))

        assert answer.status_code == 403


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"], ids=named)
def test_a_get_changes_nothing(client: FlaskClient, desk: FakeDesk, cookie: str, route: Route) -> None:
    before = (desk.version, len(desk.tokens))

    for _ in range(2):
        client.get(address(route), headers=with_session(cookie))

    assert (desk.version, len(desk.tokens)) == before


def test_the_cookie_is_nowhere_but_in_its_header(client: FlaskClient, cookie: str) -> None:
    for route in SIGNED_IN:
        answer = client.open(address(route), method=route.method, headers=with_session(cookie))

        assert cookie not in answer.text
        assert cookie not in str(answer.headers)


def test_an_address_that_is_not_there_is_not_found_signed_in_or_not(client: FlaskClient, cookie: str) -> None:
    for path in ("/no-such-page", "/static/", "/static/../app.py", "/people/", "/.git/config"):
        assert client.get(path, headers=with_session(cookie)).status_code == 404
        assert client.get(path, headers=OURS).status_code == 404
