"""The proposal as a pydantic model, for an SDK that wants one. Only a gateway imports this: pydantic loads slowly."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ProposalModel(BaseModel):
    """The shape alone. Lengths, lists and what was offered are held against check_proposal afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    intent: Literal["booking", "reschedule", "cancel", "question", "complaint", "emergency", "junk", "other"]
    answer: str | None
    slots: list[str]
    needs_person: bool
    urgency: Literal["now", "today", "soon", "none"]
    language: str
    draft: str
    why: str
