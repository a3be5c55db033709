"""The card of a trained engine: what it was made of, how, and the digest of every file it needs."""

import argparse
import hashlib
import json
from dataclasses import asdict

from appliance.redaction.features import VERSION
from appliance.redaction.learning.lessons import TAGS
from appliance.redaction.learning.model import APART
from appliance.redaction.tagger import CARD, HOME, LEARNT, LISTS, Bars

MADE_OF = (
    "WNUT 2017 train (CC BY 4.0)",
    "Broad Twitter Corpus train (CC BY 4.0)",
    "hand-written texts of appliance/redaction/learning/texts",
    "invented texts of appliance/redaction/learning/compose.py",
    "how words are used: appliance/redaction/lexica/usage.npz (sources in the README beside it)",
)


def write_card(options: argparse.Namespace, bars: Bars) -> None:
    """Write the card beside the learnt files; the engine refuses anything else than what it names."""
    files = {LEARNT: options.out / LEARNT.rpartition("/")[2]} | {name: HOME / name for name in LISTS}
    card = {
        "features": VERSION,
        "tags": TAGS,
        "apart": APART,
        "made_by": "python -m appliance.redaction.learning",
        "made_of": MADE_OF,
        "recipe": {name: getattr(options, name) for name in ("seed", "made", "times", "rounds")},
        "bars": asdict(bars),
        "sha256": {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()},
    }
    (options.out / CARD.rpartition("/")[2]).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
