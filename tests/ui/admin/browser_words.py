"""What the browser of somebody who is signed in sends with each request."""

from ui.admin.cookies import secure_name

ORIGIN = "http://nightdesk.localhost:8400"
HOST = "nightdesk.localhost:8400"
OURS = {"Host": HOST, "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
FORM = "application/x-www-form-urlencoded"


def with_session(cookie: str, **more: str) -> dict[str, str]:
    """Headers of our own page, with the cookie and what else is named."""
    return {
        **OURS,
        "Cookie": f"{secure_name(ORIGIN)}={cookie}",
        **{key.replace("_", "-"): value for key, value in more.items()},
    }
