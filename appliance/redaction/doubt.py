"""What only looks like an identifier: a title alone, a weekday, an animal's name, the number of a part."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.values import Label

_NO_NAME: Final = frozenset(
    "dr doctor doc doctora dra mr mrs ms miss mister sr sra srta don dona senor senora rev reverend pastor capt "
    "captain sgt officer nurse lic tia tio titi aunt auntie uncle coach prof monday tuesday wednesday thursday friday "
    "saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays lunes martes miercoles jueves "
    "viernes sabado sabados domingo domingos u r ur im ya ok k lol hi hey hello hola thx ty pls porfa i me my we you".split()
)
_ANIMAL: Final = (
    r"(?:dogs?|cats?|pupp(?:y|ies)|kittens?|pups?|doggo|bunny|rabbit|parrot|hamster|pitbull|husky|poodle|"
    r"chihuahua|tabby|"
    r"kitty|ferret|corgi|beagle|labrador|perr[oa]s?|perrit[oa]|gat[oa]s?|gatit[oa]|cachorr[oa]|mascota|conejo)"
)
_OF_AN_ANIMAL: Final = re.compile(
    rf"\b{_ANIMAL}(?:'s)?(?:[ ,(-]{{1,3}}(?:named|called|name is|is named|se llama|name)?[ ]?)?$"
)
_MONTHS: Final = frozenset("may june april august july march abril mayo junio julio".split())
_IN_A_MONTH: Final = re.compile(r"\b(?:in|since|until|till?|by|last|next|this|early|late|mid|of|en|de|desde|hasta)\s$")
_OF_A_PART: Final = re.compile(
    r"\b(?:part|model|modelo|sku|error|fault|filter|size|item|style|shade|version|upc)"
    r"(?:[ ](?:number|no|num|code|is|it's|says|#)){0,3}[ :.#]{0,3}$"
)


def believable(found: Iterable[Found], lower: str, tokens: Tokens) -> Iterator[Found]:
    """Leave out the tagger's finds that a plain rule knows better."""
    for each in found:
        before = lower[max(0, each.start - 40) : each.start]
        if each.label is Label.NAME:
            words = lower[each.start : each.end]
            inside = range(bisect_left(tokens.starts, each.start), bisect_left(tokens.starts, each.end))
            if all(tokens.lower[place] in _NO_NAME or not tokens.lower[place].isalnum() for place in inside):
                continue
            if " " not in words and (_OF_AN_ANIMAL.search(before) or (words in _MONTHS and _IN_A_MONTH.search(before))):
                continue
        elif each.label is Label.ID and _OF_A_PART.search(before):
            continue
        yield each
