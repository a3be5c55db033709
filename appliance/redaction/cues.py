"""Names told by what stands around them: "my name is", "this is", a signature at the end, a title before."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.lexicon import Lexicon
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.values import Label

_SURE_BEFORE: Final = re.compile(
    r"(?:\b(?:my name is|my name's|name is|names|name:|me llamo|mi nombre es|se llama(?! la)|le habla|habla|soy yo|"
    r"my (?:son|daughter|husband|wife|hubby|mom|mother|dad|father|brother|sister|kid|child|boyfriend|girlfriend|partner|"
    r"fiance|fiancee|grandson|granddaughter|grandma|grandpa|nephew|niece|roommate|neighbor|mama|hijo|hija|baby) is|"
    r"mi (?:hijo|hija|esposo|esposa|mama|papa|marido|mujer|hermano|hermana|nieto|nieta|bebe) se llama|patient name[:]?|"
    r"patient is|patient:|attn:?|attention:?|first name[:]?|last name[:]?|nombre:|apellido:|paciente:?|dr\.?|doctor|doctora|dra\.?|"
    r"mr\.?|mrs\.?|ms\.?|miss|sr\.?|sra\.?|srta\.?|don|dona|nurse|hygienist|tech)\s{1,2})$"
)
_LIKELY_BEFORE: Final = re.compile(
    r"(?:\b(?:this is|it's|its|it is|im|i'm|i am|here is|soy|es|from|for|ask for|call|with|and|hi|hello|hey|hola|thanks|thank you|"
    r"thx|ty|tell|gracias|de parte de|para|con|my (?:son|daughter|husband|wife|mom|dad|brother|sister|kid|child|nephew|niece)|"
    r"mi (?:hijo|hija|esposo|esposa|mama|papa|hermano|hermana))\s{1,2}|[-~]\s{0,2})$"
)


def find_names(text: str, tokens: Tokens, lexicon: Lexicon) -> Iterator[Found]:
    """Names after a cue; after a weak cue only what the lists know and ordinary language does not."""
    for index, word in enumerate(tokens.lower):
        if not word.isalpha() or len(word) < 2:
            continue
        before = text[max(0, tokens.starts[index] - 24) : tokens.starts[index]]
        strong = bool(_SURE_BEFORE.search(before))
        known = lexicon.is_name(word)
        if (strong and (known or word not in lexicon.words)) or (known and _LIKELY_BEFORE.search(before)):
            last = _follow(tokens, index, lexicon)
            yield Found(tokens.starts[index], tokens.ends[last], Label.NAME, "a name after words that announce one")
        elif word in lexicon.first and lexicon.first[word] in "AB" and word not in lexicon.words:
            last = _follow(tokens, index, lexicon)
            yield Found(tokens.starts[index], tokens.ends[last], Label.NAME, "a common first name")


def _follow(tokens: Tokens, index: int, lexicon: Lexicon) -> int:
    """The last word of the name that begins here."""
    last = index
    for step in (index + 1, index + 2):
        if step >= len(tokens) or not lexicon.could_be_name(tokens.lower[step]):
            break
        if tokens.lower[step] in lexicon.words and not tokens.words[step][0].isupper():
            break
        last = step
    return last
