"""Keeps HTTP libraries and SDKs from logging what they send: INFO lines hold numbers, DEBUG lines bodies."""

import logging
from typing import Final

TALKERS: Final = ("httpx2", "httpcore2", "anthropic", "twilio", "twilio.http_client")


def quiet() -> None:
    """Only warnings from now on. Called again after an SDK is loaded: some set their own level from the environment."""
    for name in TALKERS:
        logging.getLogger(name).setLevel(logging.WARNING)
