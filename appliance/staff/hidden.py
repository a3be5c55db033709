"""What redaction hides: a text is tried and nothing of it is kept; the owner's lists take effect at once."""

from datetime import tzinfo
from typing import Final

from appliance.gateways.clock import Clock
from appliance.playbook.hiding import DeskRedactor, own_words
from appliance.redaction.explain import explain
from appliance.settings.values import Settings
from appliance.views.hidden import Find, Hidden, Listed, Tried
from appliance.views.people import Reader
from appliance.views.refusals import NotAcceptable, NotPossible
from storage.audit.leaf import Action
from storage.phrases import Phrase, PhraseId, PhraseKind
from storage.vault import Vault

LONGEST: Final = 100


def hidden(text: str, *, redactor: DeskRedactor | None, settings: Settings, vault: Vault, clock: Clock) -> Hidden:
    """The lists, and what would be hidden of `text`. Raises NotPossible where the redactor is not there."""
    with vault.look() as tx:
        listed = tx.phrases.all()
    return Hidden(
        shown=tuple(_listed(one) for one in listed if one.kind is PhraseKind.SHOWN),
        hidden=tuple(_listed(one) for one in listed if one.kind is PhraseKind.HIDDEN),
        own=tuple(own_words(settings)),
        tried=_tried(text, _at_hand(redactor), clock.now(), settings.desk.timezone) if text else None,
    )


def add_words(
    reader: Reader, kind: str, words: str, *, redactor: DeskRedactor | None, vault: Vault, clock: Clock
) -> None:
    """Put words on a list. Raises NotAcceptable."""
    phrase = " ".join(words.split())
    if not phrase or len(phrase) > LONGEST:
        raise NotAcceptable(f"Write 1 to {LONGEST} characters.", field="words")
    if kind not in {one.value for one in PhraseKind}:
        raise NotAcceptable("There is no such list.", field="kind")
    at = clock.now()
    with vault.transaction() as tx:
        added = tx.phrases.add(PhraseKind(kind), phrase, by=reader.name, at=at)
        tx.audit.append(Action.SETTINGS_CHANGED, added, actor=reader.name, at=at, detail={"list": kind, "added": True})
    _at_hand(redactor).reload()


def remove_words(reader: Reader, phrase_id: str, *, redactor: DeskRedactor | None, vault: Vault, clock: Clock) -> None:
    """Take words off their list. Raises NotPossible when they are not on it any more."""
    at = clock.now()
    with vault.transaction() as tx:
        if not tx.phrases.remove(PhraseId(phrase_id)):
            raise NotPossible("These words are not on the list any more.")
        tx.audit.append(Action.SETTINGS_CHANGED, phrase_id, actor=reader.name, at=at, detail={"added": False})
    _at_hand(redactor).reload()


def _at_hand(redactor: DeskRedactor | None) -> DeskRedactor:
    if redactor is None:
        raise NotPossible("The part that hides names is missing.", remedy="Reinstall Nightdesk.")
    return redactor


def _tried(text: str, redactor: DeskRedactor, now: int, zone: tzinfo) -> Tried:
    explained = explain(text, redactor=redactor, now=now, zone=zone)
    finds = tuple(Find(row.words, row.label.value, row.layer, row.why) for row in explained.rows)
    return Tried(text, explained.shown, finds)


def _listed(phrase: Phrase) -> Listed:
    return Listed(phrase.id, phrase.words, phrase.added_by, phrase.added_at)
