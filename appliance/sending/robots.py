"""Words by which a machine says that it is one. Pure; a person who writes them gets a person's answer, not silence."""

import re
from typing import Final

from appliance.redaction.fold import fold

_CUES: Final = re.compile(
    r"\b(?:auto[ -]?(?:reply|replies|response|responder|generated)|automatically generated"
    r"|automat(?:ed|ic) (?:reply|replies|response|message|text message)"
    r"|(?:do|please do) not (?:reply|respond|text back)|no-?reply"
    r"|out of (?:the )?office|mailbox is not monitored|number (?:is not|isn.t) monitored"
    r"|respuesta automatica|mensaje automatico|no responda a este|no conteste a este|fuera de la oficina)\b"
)
_LONGEST: Final = 2000


def sounds_like_a_robot(text: str) -> bool:
    """Whether a text says of itself that a machine wrote it."""
    return _CUES.search(fold(text[:_LONGEST]).text.casefold()) is not None
