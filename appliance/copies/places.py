"""The places that the settings name, and what the desk calls each in its own books."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from storage.copies.place import FolderPlace, Place, PlaceError

S3_SCHEME: Final = "s3://"
MakeS3 = Callable[[str], Place]
"""A place in S3-compatible storage, from `s3://bucket/beginning`."""


class NoPlaceError(PlaceError):
    """The settings name none, and nobody else did."""

    code = "no-place"


def places_of(names: tuple[str, ...], make_s3: MakeS3) -> tuple[Place, ...]:
    """Each place that is named."""
    return tuple(make_s3(name) if name.startswith(S3_SCHEME) else FolderPlace(Path(name)) for name in names)


def id_of(place: Place) -> str:
    """A digest: leaves and rows hold no path, which could name somebody."""
    return hashlib.sha256(place.title.encode("utf-8", "surrogatepass")).hexdigest()
