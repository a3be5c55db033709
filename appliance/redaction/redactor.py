"""The engine: folds a text, lets every layer look at it, merges what they found. Fails closed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from appliance.redaction.cues import find_names
from appliance.redaction.errors import RedactionError
from appliance.redaction.fold import Folded, fold
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.merge import merge
from appliance.redaction.patterns.dates import find_dates
from appliance.redaction.patterns.found import Finder, Found
from appliance.redaction.patterns.mail import find_emails, find_handles
from appliance.redaction.patterns.numbers import find_numbers
from appliance.redaction.patterns.phone import find_phones
from appliance.redaction.patterns.spoken import find_spoken_numbers
from appliance.redaction.patterns.street import find_addresses
from appliance.redaction.patterns.web import find_urls
from appliance.redaction.tokens import cut
from appliance.redaction.values import Label, Span

# Longer than any text message; a longer input is cut up by nobody and so refused.
MAX_CHARACTERS: Final = 10_000

FINDERS: Final[tuple[tuple[str, Finder], ...]] = (
    ("mail", find_emails),
    ("web", find_urls),
    ("mail", find_handles),
    ("phone", find_phones),
    ("spoken", find_spoken_numbers),
    ("dates", find_dates),
    ("street", find_addresses),
    ("numbers", find_numbers),
)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Finds what identifies a person. `allow` holds words that stay, `block` words that never do."""

    lexicon: Lexicon = field(repr=False)
    allow: frozenset[str] = frozenset()
    block: frozenset[str] = frozenset()

    @staticmethod
    def load(*, allow: Iterable[str] = (), block: Iterable[str] = ()) -> "Redactor":
        """Read the engine's data once. Raises ArtefactError where it is missing or not what was released."""
        return Redactor(Lexicon.load(), _listed(allow), _listed(block))

    def find(self, text: str) -> tuple[Span, ...]:
        """Spans in the characters of `text`, sorted, without overlap. Raises RedactionError: then nothing may leave."""
        if len(text) > MAX_CHARACTERS:
            raise RedactionError(f"a text of more than {MAX_CHARACTERS} characters is not redacted")
        try:
            folded = fold(text)
            return merge(self._spans(folded)) if folded.text else ()
        except RedactionError:
            raise
        except Exception as error:  # whatever a layer trips over, the text must not leave unredacted
            raise RedactionError("a layer of redaction failed") from error

    def _spans(self, folded: Folded) -> Iterator[Span]:
        for layer, found in self._found(folded.text.lower(), folded.text):
            if found.sure and found.label in Label:
                start, end = folded.original(found.start, found.end)
                yield Span(start, end, found.label, layer, found.why)

    def _found(self, lower: str, folded: str) -> Iterator[tuple[str, Found]]:
        for layer, finder in FINDERS:
            for found in finder(lower):
                yield layer, found
        for found in find_names(lower, cut(folded), self.lexicon):
            yield "cues", found


def _listed(words: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(fold(word).text.casefold().split()) for word in words) - {""}
