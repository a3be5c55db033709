"""The engine: folds a text, lets every layer look at it, merges what they found. Fails closed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from appliance.redaction.errors import RedactionError
from appliance.redaction.fold import Folded, fold
from appliance.redaction.features import Reader
from appliance.redaction.layers import look
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.merge import merge
from appliance.redaction.tagger import Tagger
from appliance.redaction.values import Span

# Longer than any text message; a longer input is cut up by nobody and so refused.
MAX_CHARACTERS: Final = 10_000

@dataclass(frozen=True, slots=True)
class Redactor:
    """Finds what identifies a person. `allow` holds words that stay, `block` words that never do."""

    tagger: Tagger = field(repr=False)
    allow: frozenset[str] = frozenset()
    block: frozenset[str] = frozenset()

    @staticmethod
    def load(*, allow: Iterable[str] = (), block: Iterable[str] = ()) -> "Redactor":
        """Read the engine's data once. Raises ArtefactError where it is missing or not what was released."""
        return Redactor(Tagger.load(Reader.load(Lexicon.load())), _listed(allow), _listed(block))

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
        tokens, hints = look(folded.text)
        for layer, found in chain(
            ((found.layer, found) for found in hints if found.sure),
            (("tagger", found) for found in self.tagger.find(folded.text, tokens, hints)),
        ):
            start, end = folded.original(found.start, found.end)
            yield Span(start, end, found.label, layer, found.why)


def _listed(words: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(fold(word).text.casefold().split()) for word in words) - {""}
