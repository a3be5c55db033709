"""The desk's own redactor: the engine with the owner's lists, and the desk's own name and address left standing."""

from collections.abc import Iterable

from appliance.redaction.redactor import Redactor
from appliance.redaction.values import Span
from appliance.settings.values import Settings
from storage.phrases import PhraseKind
from storage.vault import Vault


class DeskRedactor:
    """A redactor whose lists can change while the desk runs; a find uses one state of them throughout."""

    def __init__(self, engine: Redactor, settings: Settings, vault: Vault) -> None:
        self._engine = engine
        self._settings = settings
        self._vault = vault
        self._current = engine
        self.reload()

    def find(self, text: str) -> tuple[Span, ...]:
        """As the engine does. Raises RedactionError."""
        return self._current.find(text)

    def reload(self) -> None:
        """Take up the lists as they are now."""
        with self._vault.look() as tx:
            listed = tx.phrases.all()
        shown = [phrase.words for phrase in listed if phrase.kind is PhraseKind.SHOWN]
        hidden = [phrase.words for phrase in listed if phrase.kind is PhraseKind.HIDDEN]
        self._current = self._engine.for_desk(allow=[*own_words(self._settings), *shown], block=hidden)


def own_words(settings: Settings) -> Iterable[str]:
    """What the desk says of itself to everybody: never hidden, since it is nobody's secret."""
    desk = settings.desk
    return tuple(words for words in (desk.name, desk.address, desk.phone, desk.booking_link) if words)
