"""Claude, or a local model that speaks the same messages API, behind the drafter port.

The SDK costs seconds and 75 MB, so it is loaded at the first call, in the worker that answers. It gets our HTTP client,
key and address, and nothing of the environment. One call, no retry (a job repeats it), no tools, no files, no memory.
"""

import os
from collections.abc import Callable
from typing import Any, Final

import httpx2

from appliance.answering.drafter import DrafterRefused, DrafterUnavailable
from appliance.answering.prompt import Prompt
from appliance.answering.proposal import BadProposal, Proposal, parse_proposal, proposal_schema
from appliance.egress.quiet import quiet
from appliance.egress.transport import Limits
from appliance.errors import EgressError

# A model thinks longer than a carrier answers; past this the customer gets the holding reply.
MODEL_LIMITS: Final = Limits(connect=5, read=45, whole_answer=60, answer_bytes=256 * 1024, connections=2)
MOST_TOKENS: Final = 1200
DESKS_FAULT: Final = frozenset({400, 401, 402, 403, 404, 413})


class ClaudeDrafter:
    """One model at one address."""

    def __init__(self, *, client: httpx2.Client, api_key: Callable[[], str], base_url: str, model: str) -> None:
        self._http = client
        self._api_key = api_key
        self._base_url = base_url
        self._model = model
        self._loaded: tuple[str, Any] = "", None

    def propose(self, prompt: Prompt) -> Proposal:
        """A checked proposal. Raises as the port says, and EgressError where the prompt may not leave."""
        return parse_proposal(_words_of(self._ask(prompt)), offered=prompt.offered)

    def _ask(self, prompt: Prompt) -> Any:  # noqa: ANN401 - held against what we expect by _words_of
        key = self._api_key()
        if self._loaded[0] != key:  # the first time, and after it was renewed
            self._loaded = key, load(self._http, key, self._base_url)
        try:
            return self._loaded[1].messages.create(
                model=self._model,
                max_tokens=MOST_TOKENS,
                # The playbook part stays the same from call to call, so it is cached there; the thread never is.
                system=[{"type": "text", "text": prompt.system(), "cache_control": {"type": "ephemeral"}}],
                messages=[{"role": "user", "content": prompt.conversation()}],
                output_config={"format": {"type": "json_schema", "schema": proposal_schema(prompt.offered)}},
            )
        except Exception as failure:  # noqa: BLE001 - the SDK wraps what our own transport raises
            raise _meaning(failure) from None


def load(client: httpx2.Client, api_key: str, base_url: str) -> Any:  # noqa: ANN401 - the SDK is not imported before
    """The SDK's client, bound to our HTTP client."""
    # Headers set there would be added to each call, and a log level would print prompts.
    for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
        del os.environ[name]
    from anthropic import Anthropic

    quiet()
    return Anthropic(
        api_key=api_key,
        base_url=base_url,
        http_client=client,
        timeout=client.timeout,
        max_retries=0,
        open_telemetry=False,
    )


def _meaning(failure: Exception) -> Exception:
    """What went wrong, in our words."""
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, EgressError):
            return cause
        cause = cause.__cause__
    status = getattr(failure, "status_code", None)
    if status in DESKS_FAULT:
        return DrafterUnavailable(
            f"the model's service refuses our calls (HTTP {status})",
            remedy="check the model's name, its key and what is left on the account",
        )
    if isinstance(status, int) or isinstance(failure.__cause__, httpx2.HTTPError):
        return DrafterUnavailable(f"the model does not answer ({status or type(failure.__cause__).__name__})")
    return BadProposal("the answer is none of the messages API")


def _words_of(message: Any) -> str:  # noqa: ANN401 - whatever came back
    """The text of a whole answer."""
    stop = getattr(message, "stop_reason", None)
    if stop == "refusal":
        raise DrafterRefused("the model declined to answer")
    if stop != "end_turn":
        raise BadProposal("the answer was cut off" if stop == "max_tokens" else "the answer did not end as agreed")
    blocks = message.content if isinstance(message.content, list) else []
    words = [block.text for block in blocks if getattr(block, "type", None) == "text"]
    if len(words) != 1 or not isinstance(words[0], str):
        raise BadProposal("the answer is not one text")
    return words[0]
