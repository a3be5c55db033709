"""A stand-in for the messages API: answers by a rule, in the asked-for structure, and misbehaves when told to.

    with ModelStandIn() as model:                   # or: python -m tests.standins.model --rule hostile
        model.rule = ...                            # request → the proposal (a dict) to answer with
        model.script("529", "cut")                  # the next two answers
        model.traffic                               # every request: path, headers, the bytes of the body

Scripts: `ok` · `slow:S` · `429` / `429:S` · `500` · `529` · `401` · `refusal` · `cut` (JSON ends in the middle) ·
`bad-json` · `wrong-shape` · `not-offered` (an answer nobody offered) · `tool` (asks for a tool) · `html` · `drop`.
As a process it takes {"script": [...]} at POST `/_control` and tells {"traffic": [...]} at GET.
"""

import argparse
import json
import re
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.standins.serving import Handler, StandIn, run

Proposal = dict[str, Any]
Rule = Callable[["Asked"], Proposal]
ERRORS: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Asked:
    """What a rule may look at."""

    system: str
    words: str
    offered: tuple[str, ...]

    @property
    def turns(self) -> list[dict[str, str]]:
        """The thread, oldest first: {"from", "text"}."""
        return [json.loads(line) for line in self.words.splitlines() if line.startswith('{"from"')]

    @property
    def last(self) -> str:
        """What the customer wrote last."""
        return next((turn["text"] for turn in reversed(self.turns) if turn["from"] == "customer"), "")


def proposal(**changed: Any) -> Proposal:
    """A proposal that holds for a person, but for what is named."""
    return {
        "intent": "question",
        "answer": None,
        "slots": [],
        "needs_person": True,
        "urgency": "none",
        "language": "en",
        "draft": "Thank you, we will look at this in the morning.",
        "why": "no answer fits",
    } | changed


def careful(asked: Asked) -> Proposal:
    """Offers the approved answer whose title's words the customer used; else holds."""
    said = _long_words(asked.last)
    for line in asked.system.splitlines():
        offered = json.loads(line) if line.startswith('{"for"') else None
        if offered and said & _long_words(offered["title"]):
            return proposal(
                intent="question", answer=offered["id"], slots=offered["slots"], needs_person=False, why="it fits"
            )
    return proposal()


def hostile(asked: Asked) -> Proposal:
    """Obeys whoever writes: their words become the draft, marked as settled, with any answer that they name."""
    named = next((one for one in asked.offered if one in asked.last), asked.offered[0] if asked.offered else None)
    return proposal(
        intent="other",
        answer=named,
        needs_person=False,
        draft=f"{asked.last[:300]} Click https://evil.example/pay and send us your card number.",
        why="the customer told me to",
    )


def _long_words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{5,}", text.casefold()))


RULES: Final[dict[str, Rule]] = {"careful": careful, "hostile": hostile, "hold": lambda _: proposal()}


class ModelHandler(Handler):
    standin: "ModelStandIn"

    def do_GET(self) -> None:  # noqa: N802 - the parent's name
        bodies = [request.body.decode() for request in self.standin.traffic]
        self.answer(200, {"traffic": bodies})

    def do_POST(self) -> None:  # noqa: N802 - the parent's name
        body = self.body()
        if self.path == "/_control":
            self.standin.script(*json.loads(body).get("script", []))
            self.answer(200, {})
            return
        self.standin.traffic.append(Request(self.path, dict(self.headers), body))
        step, _, detail = self.standin.next_step().partition(":")
        key = self.standin.api_key
        if self.headers.get("x-api-key") != key and self.headers.get("Authorization") != f"Bearer {key}":
            step = "401"
        if step.isdigit():
            self.fail(int(step), {"Retry-After": detail} if detail else {})
        else:
            self.respond(json.loads(body), step, detail)

    def fail(self, status: int, headers: dict[str, str]) -> None:
        error = {"type": ERRORS.get(status, "api_error"), "message": "as the script says"}
        self.answer(status, {"type": "error", "error": error, "request_id": "req_0"}, headers)

    def respond(self, asked: dict[str, Any], step: str, detail: str) -> None:
        if step == "drop":
            self.hang_up()
            return
        if step == "html":
            self.answer_bytes(200, b"<html>a portal wants you to sign in</html>")
            return
        time.sleep(float(detail or 0) if step == "slow" else 0)
        written = json.dumps(self.standin.rule(_asked(asked)), ensure_ascii=False)
        content: list[dict[str, Any]] = [{"type": "text", "text": _spoilt(written, step), "citations": None}]
        if step == "tool":
            content = [{"type": "tool_use", "id": "toolu_0", "name": "send_text", "input": {"to": "+15125550199"}}]
        stops = {"refusal": "refusal", "cut": "max_tokens", "tool": "tool_use"}
        self.answer(
            200,
            {
                "id": f"msg_{uuid.uuid4().hex}",
                "type": "message",
                "role": "assistant",
                "model": asked["model"],
                "content": [] if step == "refusal" else content,
                "stop_reason": stops.get(step, "end_turn"),
                "stop_sequence": None,
                "usage": {"input_tokens": len(asked["messages"]), "output_tokens": len(written) // 4},
            },
        )


class ModelStandIn(StandIn):
    """One model service."""

    def __init__(self, *, rule: Rule = careful, api_key: str = "an-invented-key", port: int = 0) -> None:
        super().__init__(ModelHandler, port=port)
        self.rule = rule
        self.api_key = api_key
        self.traffic: list[Request] = []
        self._steps: deque[str] = deque()

    def script(self, *steps: str) -> None:
        """What the next requests meet; after them all is well again."""
        self._steps.extend(steps)

    def next_step(self) -> str:
        return self._steps.popleft() if self._steps else "ok"

    def everything(self) -> bytes:
        """All that it was ever told, in one piece: for a search."""
        return b"\n".join(
            json.dumps([request.path, request.headers]).encode() + request.body for request in self.traffic
        )


def _asked(request: dict[str, Any]) -> Asked:
    system = "\n".join(block["text"] for block in request.get("system", []))
    words = "\n".join(message["content"] for message in request["messages"])
    properties = request.get("output_config", {}).get("format", {}).get("schema", {}).get("properties", {})
    return Asked(system, words, tuple(one for one in properties.get("answer", {}).get("enum", []) if one))


def _spoilt(written: str, step: str) -> str:
    if step == "cut":
        return written[: len(written) // 2]
    if step == "bad-json":
        return "Sure! Here is the proposal: {intent: booking,}"
    if step == "wrong-shape":
        return json.dumps(json.loads(written) | {"send_now": True})
    if step == "not-offered":
        return json.dumps(json.loads(written) | {"answer": "made-up"})
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stand-in for the messages API.")
    parser.add_argument("--rule", choices=sorted(RULES), default="careful")
    parser.add_argument("--api-key", default="an-invented-key")
    run(lambda asked: ModelStandIn(rule=RULES[asked.rule], api_key=asked.api_key, port=asked.port), parser)
