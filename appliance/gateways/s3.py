"""Storage that speaks S3 as a place for copies. It is handed sealed bytes; the requests are signed here and go out
through egress like everything else, so the library for it signs and never connects.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import httpx2

from appliance.egress.crossing import crossing
from appliance.egress.permission import Purpose
from appliance.egress.transport import Limits
from appliance.errors import EgressRefused
from storage.copies.place import (
    Held,
    PieceMissingError,
    PlaceError,
    PlaceFullError,
    PlaceMissingError,
    PlaceReadOnlyError,
)
from storage.keys.secret import SecretBytes

if TYPE_CHECKING:
    from collections.abc import Callable

S3_LIMITS: Final = Limits(connect=10.0, read=60.0, whole_answer=300.0, answer_bytes=256 * 1024 * 1024, connections=2)
_GONE: Final = 404
_FORBIDDEN: Final = frozenset({401, 403})
_FULL: Final = frozenset({413, 507})
_VERSION: Final = "x-amz-version-id"
_WELL: Final = range(200, 300)


class S3MissingError(PlaceError):
    """The part that signs is not installed."""

    code = "s3-not-installed"


@dataclass(frozen=True, slots=True)
class S3Account:
    """Where the storage is and who asks. The secret is asked for at each call: it may be changed meanwhile."""

    endpoint: str
    region: str
    key_id: str
    secret: "Callable[[], SecretBytes | None]" = field(repr=False)


@dataclass(frozen=True, slots=True)
class S3Place:
    """`s3://bucket/beginning`. Each write is whole or not at all, as that storage promises."""

    title: str
    account: S3Account
    client: httpx2.Client

    def folders(self, beginning: str) -> tuple[str, ...]:
        start = self._key(beginning)
        found = [name for kind, name, _ in self._list(start, delimiter="/") if kind == "folder"]
        return tuple(sorted(name.rstrip("/").rpartition("/")[2] for name in found))

    def names(self, folder: str) -> tuple[Held, ...]:
        start = f"{self._key(folder)}/"
        found = [Held(key.removeprefix(start), size) for kind, key, size in self._list(start) if kind == "file"]
        return tuple(sorted(found, key=lambda one: one.name))

    def read(self, path: str) -> bytes:
        answer = self._ask("GET", self._key(path))
        if answer.status_code == _GONE:
            raise PieceMissingError(f"{path.rpartition('/')[2]} is not at the place")
        return self._well(answer).content

    def write(self, path: str, data: bytes) -> None:
        self._well(self._ask("PUT", self._key(path), body=data))

    def remove(self, path: str) -> None:
        key = self._key(path)
        answer = self._ask("DELETE", key)
        if answer.status_code == _GONE:
            return
        # A bucket that keeps versions only hides what is deleted: somebody's erased key would still be in there.
        if _VERSION in self._well(answer).headers:
            for version in self._versions(key):
                self._well(self._ask("DELETE", key, query={"versionId": version}))

    def sweep(self, folder: str) -> None:
        """Nothing is left there by an interrupted write."""

    # -- asking ---------------------------------------------------------------------------------------------------

    @property
    def _bucket(self) -> str:
        return self.title.removeprefix("s3://").partition("/")[0]

    def _key(self, path: str) -> str:
        beginning = self.title.removeprefix("s3://").partition("/")[2]
        return f"{beginning}/{path}" if beginning else path

    def _list(self, start: str, *, delimiter: str = "") -> Iterator[tuple[str, str, int]]:
        """Kind (`file`, `folder`), key and size of everything that begins like that."""
        more: dict[str, str] = {}
        while True:
            query = {"list-type": "2", "prefix": start, **({"delimiter": delimiter} if delimiter else {}), **more}
            page = _parsed(self._well(self._ask("GET", "", query=query)).content)
            for one in page.iter("Contents"):
                yield "file", one.findtext("Key", ""), int(one.findtext("Size", "0"))
            for one in page.iter("CommonPrefixes"):
                yield "folder", one.findtext("Prefix", ""), 0
            token = page.findtext("NextContinuationToken")
            if not token:
                return
            more = {"continuation-token": token}

    def _versions(self, key: str) -> list[str]:
        page = _parsed(self._well(self._ask("GET", "", query={"prefix": key, "versions": ""})).content)
        kept = (*page.iter("Version"), *page.iter("DeleteMarker"))
        return [one.findtext("VersionId", "") for one in kept if one.findtext("Key") == key]

    def _ask(self, method: str, key: str, *, body: bytes = b"", query: dict[str, str] | None = None) -> httpx2.Response:
        url = f"{self.account.endpoint}/{self._bucket}{'/' if key else ''}{quote(key)}"
        if query:
            url += f"?{urlencode(sorted(query.items()), quote_via=quote)}"
        try:
            with crossing(Purpose.BACKUP):
                return self.client.request(method, url, content=body, headers=self._signed(method, url, body))
        except EgressRefused as refused:
            raise PlaceError(f"{self.title}: {refused.sentence}", remedy=refused.remedy) from None
        except httpx2.HTTPError as failure:
            raise PlaceMissingError(
                f"{self.title} cannot be reached ({type(failure).__name__})", remedy="look at the internet connection"
            ) from None

    def _signed(self, method: str, url: str, body: bytes) -> dict[str, str]:
        try:
            from botocore.auth import S3SigV4Auth
            from botocore.awsrequest import AWSRequest
            from botocore.credentials import Credentials
        except ImportError:
            raise S3MissingError(
                "backups to S3 need a part that is not installed", remedy='install it: pip install "nightdesk[s3]"'
            ) from None
        secret = self.account.secret()
        if secret is None:
            raise PlaceReadOnlyError(f"{self.title} has no secret", remedy="set it on the page 'Keys'")
        request = AWSRequest(method, url, data=body, headers={"X-Amz-Content-SHA256": hashlib.sha256(body).hexdigest()})
        S3SigV4Auth(Credentials(self.account.key_id, secret.reveal().decode()), "s3", self.account.region).add_auth(
            request
        )
        return {name: str(value) for name, value in request.headers.items()}

    def _well(self, answer: httpx2.Response) -> httpx2.Response:
        status = answer.status_code
        if status in _WELL:
            return answer
        if status in _FORBIDDEN:
            raise PlaceReadOnlyError(f"{self.title} refuses (HTTP {status})", remedy="check its key and its rights")
        if status == _GONE:
            raise PlaceMissingError(f"{self.title} is not there", remedy="make the bucket, or correct its name")
        if status in _FULL:
            raise PlaceFullError(f"{self.title} takes no more", remedy="make room there; older sets are whole")
        raise PlaceError(f"{self.title} failed (HTTP {status})", remedy="try again later")


def _parsed(listing: bytes) -> ET.Element:
    """The list without its namespace, which differs between makers."""
    try:
        # From a place that the owner allowed; the parser (expat 2.4.1 on) bounds what entities may grow to.
        root = ET.fromstring(listing)  # noqa: S314
    except ET.ParseError:
        raise PlaceError("the storage answered with something else than a list", remedy="check its address") from None
    for one in root.iter():
        one.tag = one.tag.rpartition("}")[2]
    return root
