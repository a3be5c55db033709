"""A line to a door that is not there: what the desk handed over can be looked at."""

from collections.abc import Sequence

from appliance.line import NoLine


class Listening(NoLine):
    """Remembers the tokens it was handed, the newest last."""

    def __init__(self) -> None:
        self.handed: list[tuple[str, ...]] = []

    def hand_tokens(self, tokens: Sequence[str]) -> None:
        self.handed.append(tuple(tokens))
