"""What the door is measured against: the usual way of doing it, and the same server doing nothing.

The usual way is what one finds in every guide: Flask on waitress, the carrier's own signature check, one committed
insert into SQLCipher for each text. It is given the door's number of threads and a database set up as well as ours.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import flask
import sqlcipher3
import waitress.server
from twilio.request_validator import RequestValidator

from tests.bench.process import process

TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
THREADS = 8
CONNECTIONS = 3000


@contextlib.contextmanager
def plain_way(folder: Path, *, public_url: str, token: str) -> Iterator[int]:
    """Runs it in a process of its own; gives the port."""
    with process(_serve_plain, str(folder / "plain.db"), public_url, token) as port:
        yield port


@contextlib.contextmanager
def nothing() -> Iterator[int]:
    """The same server with an application that only says yes."""
    with process(_serve_nothing) as port:
        yield port


def _serve_plain(ready: Connection, database: str, public_url: str, token: str) -> None:
    validator = RequestValidator(token)
    threads = threading.local()
    app = flask.Flask("plain")

    @app.post("/sms")
    def sms() -> flask.Response:
        request = flask.request
        if not validator.validate(public_url, request.form, request.headers.get("X-Twilio-Signature", "")):
            flask.abort(403)
        if not hasattr(threads, "connection"):
            threads.connection = _open(database)
        with threads.connection:
            threads.connection.execute(
                "INSERT INTO messages (sid, sender, body, received) VALUES (?, ?, ?, ?)",
                (request.form["MessageSid"], request.form["From"], request.form["Body"], time.time_ns() // 1_000_000),
            )
        return flask.Response(TWIML, content_type="text/xml")

    with contextlib.closing(_open(database)) as connection:
        connection.execute(
            "CREATE TABLE messages (sid TEXT PRIMARY KEY, sender TEXT, body TEXT, received INTEGER) STRICT"
        )
    _serve(ready, app)


def _open(database: str) -> sqlcipher3.Connection:
    connection = sqlcipher3.connect(database, timeout=60)
    connection.execute("PRAGMA key = \"x'" + "5a" * 32 + "'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # as ours: a text is answered when the disk has it
    return connection


def _serve_nothing(ready: Connection) -> None:
    def app(_: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(TWIML)))])
        return [TWIML]

    _serve(ready, app)


def _serve(ready: Connection, app: WSGIApplication) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is what is wanted here
    server = waitress.server.create_server(
        app,
        host="127.0.0.1",
        port=0,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    ready.send(int(server.effective_port))
    server.run()
