"""The port to whoever proposes an answer: the offline rules, Claude, or a local model; and the ways it may fail."""

from typing import Protocol

from appliance.answering.prompt import Prompt
from appliance.answering.proposal import Proposal
from storage.errors import NightdeskError


class DrafterError(NightdeskError):
    """The drafter gave no proposal. The customer gets the holding reply and staff are told."""

    code = "drafter"


class DrafterUnavailable(DrafterError):
    """Down, slow, rate-limited, out of money or unreachable. It may work later."""

    code = "drafter-unavailable"


class DrafterRefused(DrafterError):
    """The model declined to answer. Asking again will not help."""

    code = "drafter-refused"


class Drafter(Protocol):
    """Reads one redacted thread and proposes what to answer. It has no tools, no memory and no address to write to."""

    def propose(self, prompt: Prompt) -> Proposal:
        """A checked proposal. Raises DrafterUnavailable, DrafterRefused, or BadProposal (see proposal.py)."""
