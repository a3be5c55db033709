"""The pages over a desk of samples: the app, its desk as new, a client, the cookie of somebody who is signed in."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.ui.admin.browser_words import ORIGIN
from tests.ui.admin.fake_desk import FakeDesk
from ui.admin.app import create_app


@pytest.fixture(scope="module")
def shared() -> tuple[FakeDesk, Flask]:
    """One app for all: making it and reading its templates costs far more than a request."""
    desk = FakeDesk()
    return desk, create_app(desk, origin=ORIGIN)


@pytest.fixture
def desk(shared: tuple[FakeDesk, Flask]) -> FakeDesk:
    """The desk of that app, as new."""
    desk, _ = shared
    vars(desk).clear()
    vars(desk).update(vars(FakeDesk()))
    return desk


@pytest.fixture
def client(desk: FakeDesk, shared: tuple[FakeDesk, Flask]) -> Iterator[FlaskClient]:
    # No cookie jar: a test says itself what a browser would send.
    with shared[1].test_client(use_cookies=False) as client:
        yield client


@pytest.fixture
def cookie(desk: FakeDesk) -> str:
    token = "a-token-of-the-test"
    desk.tokens.add(token)
    return desk.sign_in(token)
