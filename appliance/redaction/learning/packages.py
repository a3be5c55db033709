"""Where an installed package lies that carries data."""

from importlib.util import find_spec
from pathlib import Path


def home(package: str) -> Path:
    """Its folder. Raises LookupError where it is not installed."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise LookupError(f"the package {package.replace('_', '-')} is needed: appliance/redaction/lexica/README.md")
    return Path(found.origin).parent
