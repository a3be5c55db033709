"""The search page: words are posted and stand in no address; what is found is marked, and leads into its thread."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appliance.views.search import IndexShown
from tests.ui.admin.browser_words import FORM, with_session
from tests.ui.admin.fake_desk import FakeDesk
from tests.ui.admin.screen import WIDTHS, a_screen
from tests.ui.admin.test_every_page import PICTURES
from ui.admin.guard import form_token


def sought(client: FlaskClient, desk: FakeDesk, words: str, **more: str) -> TestResponse:
    cookie = desk.sign_in(desk.link())
    form = {"form_token": form_token(cookie), "words": words, **more}
    return client.post("/search", headers=with_session(cookie), content_type=FORM, data=form)


def test_words_are_marked_and_lead_into_the_thread(client: FlaskClient, desk: FakeDesk) -> None:
    page = sought(client, desk, "bleeding").text

    assert '<mark class="hit">bleeding</mark>' in page
    assert 'href="/people/p-bleed?text=m-bleed#message-m-bleed"' in page
    assert "Rosa Delgado" in page


def test_nothing_found_says_so_and_what_to_try(client: FlaskClient, desk: FakeDesk) -> None:
    page = sought(client, desk, "zanzibarquartz").text

    assert "Nothing found." in page
    assert "Try fewer words" in page


def test_a_word_without_letters_is_nothing_to_look_for(client: FlaskClient, desk: FakeDesk) -> None:
    assert "Nothing to look for." in sought(client, desk, "?!").text


def test_what_was_typed_is_shown_again_and_never_as_markup(client: FlaskClient, desk: FakeDesk) -> None:
    page = sought(client, desk, '"><script>alert(1)</script>').text

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_older_ones_come_by_a_form_so_that_no_word_is_in_an_address(client: FlaskClient, desk: FakeDesk) -> None:
    page = sought(client, desk, "the").text
    (before,) = re.findall(r'name="before" value="(\d+)"', page)

    older = sought(client, desk, "the", before=before).text

    assert "Older texts" in older
    assert (page.count("row-link"), older.count("row-link")) == (1, 1)
    assert not [one for one in re.findall(r'(?:href|action)="([^"]+)"', page + older) if re.search(r"\bthe\b", one)]


def test_the_last_page_says_that_it_is_the_last(client: FlaskClient, desk: FakeDesk) -> None:
    assert "There are no older ones." in sought(client, desk, "the", before="1").text


def test_a_number_leads_to_its_person(client: FlaskClient, desk: FakeDesk) -> None:
    page = sought(client, desk, "+1 512-555-0143").text

    assert "Somebody with that number" in page
    assert 'href="/people/p-dana"' in page


def test_while_the_index_is_built_the_page_says_how_far_it_is(client: FlaskClient, desk: FakeDesk) -> None:
    desk.index = IndexShown(ready=False, count=1200, total=5000)

    page = sought(client, desk, "zanzibarquartz").text

    assert "1,200 of 5,000" in page
    assert "Older texts are still being read in." in page


@pytest.mark.parametrize("field", [{"words": "x" * 201}, {"words": "a", "before": "-1"}, {"words": "a", "before": "x"}])
def test_what_our_own_page_never_sends_is_refused(client: FlaskClient, desk: FakeDesk, field: dict[str, str]) -> None:
    assert sought(client, desk, **field).status_code in {400, 422}


@pytest.mark.browser
@pytest.mark.parametrize("width", list(WIDTHS))
def test_somebody_searches_and_follows_what_was_found(width: str) -> None:
    with a_screen(FakeDesk(), width) as screen:
        page = screen.page
        page.get_by_role("link", name="Search").click()
        for words in ("zanzibarquartz", "+1 512-555-0143", "the"):
            page.get_by_role("searchbox").fill(words)
            page.get_by_role("searchbox").press("Enter")
            page.wait_for_load_state()
            if PICTURES:
                screen.keep_picture(PICTURES, f"search-{len(words)}")
            screen.expect_sound()
            assert page.url == f"{screen.origin}/search"
        page.get_by_role("button", name="Older").click()
        page.get_by_role("heading", name="Older texts").wait_for()
        page.locator(".found a").first.click()
        page.get_by_role("list", name="Conversation").wait_for()
