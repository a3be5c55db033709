"""The engine: folds a text, lets every layer look at it, merges what they found. Fails closed."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from appliance.redaction.again import beyond_reach, named_again
from appliance.redaction.beside import completed
from appliance.redaction.cues import find_names
from appliance.redaction.doubt import believable
from appliance.redaction.errors import RedactionError, failing_closed
from appliance.redaction.features import Reader
from appliance.redaction.fold import Folded, fold
from appliance.redaction.layers import READ, look
from appliance.redaction.lexicon import Lexicon
from appliance.redaction.lists import Phrases, blocked, without
from appliance.redaction.merge import merge
from appliance.redaction.patterns.found import Found
from appliance.redaction.tagger import Tagger
from appliance.redaction.values import Span

# Longer than any text message; a longer input is cut up by nobody and so refused.
MAX_CHARACTERS: Final = 10_000
# A hundred times what the longest text takes. Of the processor's time: a busy or sleeping machine is no failure.
MAX_SECONDS: Final = 5.0


class Finder(Protocol):
    """Whoever finds what identifies a person: the engine, or a desk's own with its lists."""

    def find(self, text: str) -> tuple[Span, ...]:
        """Spans in the characters of `text`, sorted, without overlap. Raises RedactionError: then nothing may leave."""


@dataclass(frozen=True, slots=True)
class Redactor:
    """Finds what identifies a person. `allow` holds words that stay, `block` words that never do."""

    tagger: Tagger = field(repr=False)
    lexicon: Lexicon = field(repr=False)
    allow: Phrases
    block: Phrases

    @staticmethod
    def load(*, allow: Iterable[str] = (), block: Iterable[str] = ()) -> "Redactor":
        """Read the engine's data once. Raises ArtefactError where it is missing or not what was released."""
        lexicon = Lexicon.load()
        return Redactor(Tagger.load(Reader.load(lexicon)), lexicon, Phrases.of(allow), Phrases.of(block))

    def for_desk(self, *, allow: Iterable[str] = (), block: Iterable[str] = ()) -> "Redactor":
        """The same engine with a desk's own lists; the heavy parts are shared."""
        return Redactor(self.tagger, self.lexicon, Phrases.of(allow), Phrases.of(block))

    def find(self, text: str) -> tuple[Span, ...]:
        """Spans in the characters of `text`, sorted, without overlap. Raises RedactionError: then nothing may leave."""
        if len(text) > MAX_CHARACTERS:
            raise RedactionError(f"a text of more than {MAX_CHARACTERS} characters is not redacted")
        began = time.thread_time()
        with failing_closed("a layer of redaction failed"):
            folded = fold(text)
            spans = merge(_unfolded(self._found(folded.text), folded), text)
        if time.thread_time() - began > MAX_SECONDS:
            raise RedactionError(f"redaction took more than {MAX_SECONDS:.0f} seconds of work for one text")
        return spans

    def _found(self, folded: str) -> Iterator[Found]:
        lower = folded.lower()
        tokens, hints = look(folded)
        reading = self.tagger.read(folded, tokens, hints)
        cued = find_names(lower[:READ], tokens, self.lexicon)
        found = [hint for hint in hints if hint.sure]
        found += (name for name in cued if name.sure or not reading.rules_out(name))
        found += believable(self.tagger.find(reading), lower, tokens)
        found = list(completed(found, lower, self.lexicon))
        found += [*named_again(tokens, found, self.lexicon), *beyond_reach(tokens, self.lexicon)]
        yield from without(found, lower, self.allow)
        yield from blocked(lower, self.block)


def _unfolded(found: Iterable[Found], folded: Folded) -> Iterator[Span]:
    for each in found:
        start, end = folded.original(each.start, each.end)
        yield Span(start, end, each.label, each.layer, each.why)
