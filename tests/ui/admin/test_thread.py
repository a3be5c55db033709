"""A thread's page says of each reply what became of it, and nothing that did not happen."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from appliance.views.thread import Delivery, ReplyShown
from tests.ui.admin.browser_words import with_session
from tests.ui.admin.fake_desk import FakeDesk


@pytest.mark.parametrize("delivery", Delivery)
def test_only_a_reply_that_went_is_called_sent(
    client: FlaskClient, cookie: str, desk: FakeDesk, delivery: Delivery
) -> None:
    person, thread = next(
        (person, thread)
        for person, thread in desk.threads.items()
        if any(isinstance(item, ReplyShown) and item.unattended for item in thread.items)
    )
    items = tuple(replace(item, delivery=delivery) if isinstance(item, ReplyShown) else item for item in thread.items)
    desk.threads[person] = replace(thread, items=items)

    shown = client.get(f"/people/{person}", headers=with_session(cookie)).get_data(as_text=True)

    assert ("Sent by itself" in shown) is (delivery in {Delivery.SENT, Delivery.DELIVERED})
    assert ("Meant to go by itself" in shown) is (delivery not in {Delivery.SENT, Delivery.DELIVERED})
