"""Presidio as a finder, where somebody has installed it. It is no part of the product and in no lock of ours."""

import importlib
import os
from typing import Any

from tests.eval.score import Finder, Mark

_LABELS = {
    "PERSON": "NAME", "PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL", "LOCATION": "ADDRESS",
    "DATE_TIME": "DATE", "URL": "URL",
}  # fmt: skip


def load_presidio() -> Finder | None:
    """Presidio with its small English model, or with the one that lies in the folder PRESIDIO_MODEL; or None."""
    try:
        analyzer: Any = importlib.import_module("presidio_analyzer")
        provider: Any = importlib.import_module("presidio_analyzer.nlp_engine")
        model = {
            "nlp_engine_name": "spacy",
            "models": [{"lang_code": "en", "model_name": os.environ.get("PRESIDIO_MODEL", "en_core_web_sm")}],
        }
        engine = analyzer.AnalyzerEngine(nlp_engine=provider.NlpEngineProvider(nlp_configuration=model).create_engine())
    except (ImportError, OSError, SystemExit):
        return None

    def find(text: str) -> list[Mark]:
        found = engine.analyze(text=text, language="en")
        return [Mark(each.start, each.end, _LABELS.get(each.entity_type, "ID")) for each in found]

    return find
