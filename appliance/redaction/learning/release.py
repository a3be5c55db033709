"""The card of a trained engine: what it was made of, how, and the digest of every file it needs."""

import hashlib
import json
from pathlib import Path

from appliance.redaction.features import VERSION
from appliance.redaction.learning.train_net import APART, TAGS
from appliance.redaction.tagger import CARD, LEARNT, LISTS

MADE_OF = (
    "WNUT 2017 train (CC BY 4.0)",
    "Broad Twitter Corpus train (CC BY 4.0)",
    "invented texts of appliance/redaction/learning/compose.py",
)


def write_card(home: Path, *, made: int, seed: int) -> None:
    """Write the card beside the learnt files; the engine refuses anything else than what it names."""
    names = [*LEARNT, *LISTS]
    card = {
        "features": VERSION,
        "tags": TAGS,
        "apart": APART,
        "made_by": "python -m appliance.redaction.learning",
        "made_of": MADE_OF,
        "invented_texts": made,
        "seed": seed,
        "sha256": {name: hashlib.sha256((home / name).read_bytes()).hexdigest() for name in names},
    }
    (home / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
