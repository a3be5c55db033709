"""The model port against a model service over real HTTP: what it is asked, what comes back, and each way it fails."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from appliance.answering.drafter import DrafterRefused, DrafterUnavailable
from appliance.answering.prompt import AnswerOffer, Prompt, PromptTurn, Role
from appliance.answering.proposal import BadProposal, Intent, Urgency
from appliance.egress.crossing import crossing
from appliance.egress.ledger import Outcome
from appliance.egress.permission import Purpose
from appliance.egress.transport import Limits
from appliance.errors import EgressRefused, WireRefused
from appliance.gateways.claude import ClaudeDrafter
from appliance.redaction.redacted import MAKER, RedactedText
from appliance.redaction.wire import KnownIdentifiers
from storage.answers import AnswerId, SlotName, Topic
from tests.standins.books import Books
from tests.standins.model import ModelStandIn, proposal

HOURS = AnswerOffer(AnswerId("a-hours"), "hours", Topic.HOURS, (("en", "We open {next_open}."),), (SlotName.NEXT_OPEN,))


@pytest.fixture
def model() -> Iterator[ModelStandIn]:
    with ModelStandIn() as standin:
        yield standin


@pytest.fixture
def books() -> Books:
    return Books()


def prompt(words: str = "what are your hours?") -> Prompt:
    turn = PromptTurn(Role.CUSTOMER, RedactedText(words, MAKER))
    return Prompt("A dentist in Austin.", (HOURS,), (turn,))


def drafter(model: ModelStandIn, books: Books, *, key: str = "an-invented-key", granted: bool = True) -> ClaudeDrafter:
    if granted:
        books.grant(Purpose.MODEL, model.url)
    client = books.egress().client(Purpose.MODEL, limits=Limits(read=0.5))
    return ClaudeDrafter(client=client, api_key=lambda: key, base_url=model.url, model="claude-test-1")


@pytest.fixture(autouse=True)
def in_a_crossing() -> Iterator[None]:
    with crossing(Purpose.MODEL, person="p1", run="r1", known=KnownIdentifiers(frozenset({"Marta Quintero"}))):
        yield


def test_a_proposal_comes_back_checked(model: ModelStandIn, books: Books) -> None:
    proposed = drafter(model, books).propose(prompt())

    assert (proposed.intent, proposed.answer, proposed.slots) == (Intent.QUESTION, HOURS.id, (SlotName.NEXT_OPEN,))
    assert (proposed.urgency, proposed.needs_person) == (Urgency.NONE, False)


def test_the_request_is_strict_stateless_and_cached_in_its_stable_part(model: ModelStandIn, books: Books) -> None:
    drafter(model, books).propose(prompt())

    request = model.traffic[0]
    asked = json.loads(request.body)
    schema = asked["output_config"]["format"]["schema"]
    assert request.path == "/v1/messages"
    assert set(asked) == {"model", "max_tokens", "system", "messages", "output_config"}
    assert schema["additionalProperties"] is False
    assert schema["properties"]["answer"]["enum"] == ["a-hours", None]
    assert asked["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert "what are your hours?" in asked["messages"][0]["content"]
    assert "what are your hours?" not in asked["system"][0]["text"]
    assert {name.lower() for name in request.headers} == {
        "host", "accept", "content-type", "content-length", "user-agent", "authorization", "anthropic-version",
    }  # fmt: skip
    assert books.last[0].body == request.body


def test_the_stable_part_is_the_same_bytes_for_another_thread(model: ModelStandIn, books: Books) -> None:
    one = drafter(model, books)

    one.propose(prompt("first"))
    one.propose(prompt("second"))

    first, second = (json.loads(request.body) for request in model.traffic)
    assert first["system"] == second["system"]


@pytest.mark.parametrize("step", ["429", "429:3600", "500", "529", "slow:1", "drop", "401"])
def test_a_model_that_is_down_slow_or_closed_to_us_is_unavailable(model: ModelStandIn, books: Books, step: str) -> None:
    model.script(step)

    with pytest.raises(DrafterUnavailable):
        drafter(model, books).propose(prompt())

    assert len(model.traffic) == 1


def test_a_wrong_key_says_what_to_do(model: ModelStandIn, books: Books) -> None:
    with pytest.raises(DrafterUnavailable) as refused:
        drafter(model, books, key="another").propose(prompt())

    assert "key" in refused.value.remedy


def test_a_refusal_is_named(model: ModelStandIn, books: Books) -> None:
    model.script("refusal")

    with pytest.raises(DrafterRefused):
        drafter(model, books).propose(prompt())


@pytest.mark.parametrize("step", ["cut", "bad-json", "wrong-shape", "not-offered", "tool", "html"])
def test_what_is_not_a_proposal_is_refused_whole(model: ModelStandIn, books: Books, step: str) -> None:
    model.script(step)

    with pytest.raises(BadProposal):
        drafter(model, books).propose(prompt())


def test_a_control_character_in_a_draft_is_refused(model: ModelStandIn, books: Books) -> None:
    model.rule = lambda _: proposal(draft="a\x07b")

    with pytest.raises(BadProposal):
        drafter(model, books).propose(prompt())


def test_a_prompt_with_a_known_identifier_is_stopped_under_its_own_name(model: ModelStandIn, books: Books) -> None:
    with pytest.raises(WireRefused):
        drafter(model, books).propose(prompt("it is Marta Quintero here"))

    assert model.traffic == []


def test_without_permission_nothing_is_asked(model: ModelStandIn, books: Books) -> None:
    with pytest.raises(EgressRefused):
        drafter(model, books, granted=False).propose(prompt())

    assert model.traffic == []


def test_a_lost_answer_is_written_down_as_unknown(model: ModelStandIn, books: Books) -> None:
    model.script("drop")

    with pytest.raises(DrafterUnavailable):
        drafter(model, books).propose(prompt())

    assert books.last[1].outcome is Outcome.UNKNOWN


def test_the_environment_changes_neither_address_nor_key_nor_logs(model: ModelStandIn) -> None:
    code = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.redaction.wire import KnownIdentifiers
from tests.appliance.gateways.test_claude import Books, ClaudeDrafter, prompt
assert "anthropic" not in sys.modules
books = Books()
books.grant(Purpose.MODEL, sys.argv[1])
drafter = ClaudeDrafter(client=books.egress().client(Purpose.MODEL), api_key=lambda: "an-invented-key",
                        base_url=sys.argv[1],
                        model="claude-test-1")
with crossing(Purpose.MODEL, known=KnownIdentifiers(frozenset())):
    drafter.propose(prompt("a word that no log may hold"))
"""
    planted = {
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "ANTHROPIC_API_KEY": "of somebody else",
        "ANTHROPIC_AUTH_TOKEN": "of somebody else",
        "ANTHROPIC_CUSTOM_HEADERS": "x-api-key: of somebody else\nauthorization: Bearer other",
        "ANTHROPIC_LOG": "debug",
    }

    ran = subprocess.run(
        [sys.executable, "-c", code, model.url],
        env=os.environ | planted, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert len(model.traffic) == 1
    assert model.traffic[0].headers["Authorization"] == "Bearer an-invented-key"
    assert "x-api-key" not in {name.lower() for name in model.traffic[0].headers}
    assert "a word that no log may hold" not in ran.stdout + ran.stderr
