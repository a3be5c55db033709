"""The page on the log: what is shown is what is written, and downloads are downloads."""

from dataclasses import replace

from flask.testing import FlaskClient

from tests.ui.admin.browser_words import FORM, with_session
from tests.ui.admin.fake_desk import FakeDesk
from tests.ui.admin.fake_logbook import CHECKPOINT, CONTENT
from ui.admin.guard import form_token


def test_the_newest_checkpoint_can_be_copied_whole(client: FlaskClient, cookie: str) -> None:
    shown = client.get("/log", headers=with_session(cookie)).get_data(as_text=True)

    assert CHECKPOINT in shown
    assert "this account has no keystore here" in shown
    assert "accept" not in shown


def test_support_gets_what_was_shown(client: FlaskClient, cookie: str, desk: FakeDesk) -> None:
    token = {"form_token": form_token(cookie)}

    def post(address: str, **fields: str) -> tuple[int, str, str]:
        answer = client.post(address, headers=with_session(cookie), content_type=FORM, data=token | fields)
        return answer.status_code, answer.get_data(as_text=True), answer.headers.get("Content-Disposition", "")

    code, preview, _ = post("/log/support")
    assert code == 200
    assert CONTENT.splitlines()[1].replace('"', "&#34;") in preview
    assert f'value="{desk.logbook.previewed}"' in preview
    sealed = post("/log/support/file", preview=desk.logbook.previewed, recipient=" age1xyz ")
    assert sealed == (200, "age-encryption.org/v1\n", 'attachment; filename="nightdesk-support.age"')
    assert post("/log/support/file", preview="another", recipient="age1xyz")[0] == 409
    assert post("/log/support/file", preview=desk.logbook.previewed, recipient="somebody")[0] >= 400
    assert post("/log/evidence") == (200, "PK", 'attachment; filename="nightdesk-log.zip"')


def test_a_log_that_lost_its_end_says_so_and_asks_before_it_is_accepted(
    client: FlaskClient, cookie: str, desk: FakeDesk
) -> None:
    desk.logbook.log = replace(desk.logbook.log, behind=True, first=512, checkpoint="", signed_at=None, marks=())
    form = {"form_token": form_token(cookie)}
    shown = client.get("/log", headers=with_session(cookie)).get_data(as_text=True)
    assert "ends before what was signed last" in shown

    unsure = client.post("/log/accept", headers=with_session(cookie), content_type=FORM, data=form)
    sure = client.post("/log/accept", headers=with_session(cookie), content_type=FORM, data=form | {"sure": "1"})

    assert (unsure.status_code, sure.status_code) == (400, 303)
    assert not desk.logbook.log.behind
