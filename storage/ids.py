"""Ids: random, 128 bits, 32 hexadecimal characters; they tell nothing and never repeat."""

import secrets


def new_id() -> str:
    """A fresh id from the system's generator."""
    return secrets.token_hex(16)
