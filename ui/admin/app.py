"""The web app: the table of routes, and the one way from a request to its view."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from ui.admin import (
    answers,
    archive,
    assets,
    closing,
    copies,
    crossings,
    deletions,
    errors,
    files,
    hidden,
    inbox,
    keeping,
    keys,
    locked,
    log,
    permissions,
    phone,
    safekeeping,
    search,
    sign_in,
    status,
    thread,
    trust,
)
from ui.admin.forms import IDENT, MOST_BYTES
from ui.admin.guard import Place, admit, check_name, harden
from ui.admin.route import Route
from ui.admin.verbs import DeskVerbs
from ui.admin.words import FILTERS, GLOBALS

ROUTES: tuple[Route, ...] = (
    *sign_in.ROUTES,
    *locked.ROUTES,
    *inbox.ROUTES,
    *search.ROUTES,
    *thread.ROUTES,
    *answers.ROUTES,
    *phone.ROUTES,
    *crossings.ROUTES,
    *permissions.ROUTES,
    *closing.ROUTES,
    *copies.ROUTES,
    *deletions.ROUTES,
    *hidden.ROUTES,
    *safekeeping.ROUTES,
    *keys.ROUTES,
    *keeping.ROUTES,
    *log.ROUTES,
    *archive.ROUTES,
    *status.ROUTES,
    *trust.ROUTES,
    *files.ROUTES,
)


class IdentConverter(BaseConverter):
    """An opaque id in an address. Anything else is not found."""

    regex = IDENT
    part_isolating = True


def create_app(desk: DeskVerbs, *, origin: str) -> Flask:
    """The admin pages of one desk, served under exactly this origin, such as http://nightdesk.localhost:8400."""
    app = Flask("nightdesk-admin", root_path=str(assets.FOLDER.parent), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.url_map.converters["ident"] = IdentConverter
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    app.jinja_env.autoescape = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)
    app.extensions["nightdesk"] = Place(desk, origin, urlsplit(origin).netloc, assets.read_assets())
    app.before_request(check_name)
    app.after_request(harden)
    errors.register(app)
    for route in ROUTES:
        app.add_url_rule(
            route.rule,
            endpoint=route.name,
            view_func=_way_in(route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    return app


def _way_in(route: Route) -> Callable[..., Response]:
    """The check before the view. A view cannot be reached around it."""

    def enter(**values: str) -> Response:
        return route.view(admit(route), **values)

    return enter
