"""Copies in S3-compatible storage, against moto's server over real HTTP and through egress."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import httpx2
import pytest
from moto.server import ThreadedMotoServer

from appliance.copies.backing_up import BackingUp
from appliance.copies.restoring import restore_desk
from appliance.egress.permission import Purpose
from appliance.gateways.s3 import S3Account, S3Place
from storage.copies.place import (
    Held,
    PieceMissingError,
    PlaceError,
    PlaceFullError,
    PlaceMissingError,
    PlaceReadOnlyError,
)
from storage.keys.agekeys import spelled
from storage.keys.secret import SecretBytes
from storage.vault import Vault
from tests.appliance.copies.copying import Copying
from tests.standins.books import Books
from tests.standins.clock import FixedClock

BUCKET = "copies"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
    )
    client.create_bucket(Bucket=BUCKET)
    yield address
    server.stop()


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def place(endpoint: str, books: Books, request: pytest.FixtureRequest) -> S3Place:
    books.grant(Purpose.BACKUP, endpoint)
    account = S3Account(endpoint, "us-east-1", "k", lambda: SecretBytes(b"s"))
    return S3Place(f"s3://{BUCKET}/{request.node.name}", account, books.egress().client(Purpose.BACKUP))


def test_what_is_written_is_there_listed_read_and_removed(place: S3Place, books: Books) -> None:
    place.write("nightdesk-0a/sets/one.set", b"sealed")
    place.write("nightdesk-0a/pieces/two", b"more")

    assert place.folders("nightdesk-") == ("nightdesk-0a",)
    assert place.names("nightdesk-0a/sets") == (Held("one.set", 6),)
    assert place.read("nightdesk-0a/pieces/two") == b"more"
    place.remove("nightdesk-0a/pieces/two")
    place.remove("nightdesk-0a/pieces/two")
    with pytest.raises(PieceMissingError):
        place.read("nightdesk-0a/pieces/two")
    assert {departure.purpose for departure, _ in books.entries} == {Purpose.BACKUP}


def test_a_bucket_that_keeps_versions_keeps_nothing_of_what_is_removed(place: S3Place, endpoint: str) -> None:
    bucket = "versions"
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
    )
    client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    there = replace(place, title=f"s3://{bucket}/desk")
    for path in ("nightdesk-0a/persons/a.copy", "nightdesk-0a/persons/a.copy.other"):
        there.write(path, b"one")
        there.write(path, b"two")

    there.remove("nightdesk-0a/persons/a.copy")
    there.remove("nightdesk-0a/persons/a.copy")

    left = client.list_object_versions(Bucket=bucket)
    assert {one["Key"] for one in left["Versions"]} == {"desk/nightdesk-0a/persons/a.copy.other"}
    assert not left.get("DeleteMarkers")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, PlaceReadOnlyError),
        (404, PlaceMissingError),
        (413, PlaceFullError),
        (507, PlaceFullError),
        (500, PlaceError),
        (200, PlaceError),
    ],
)
def test_what_such_storage_answers_is_told_with_a_code_and_a_remedy(
    place: S3Place, status: int, error: type[PlaceError]
) -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(status, content=b"no list at all"))
    odd = replace(place, client=httpx2.Client(transport=transport))

    with pytest.raises(error) as failure:
        odd.names("nightdesk-0a/sets")

    assert failure.value.code == error.code
    assert failure.value.remedy


def test_a_long_list_is_read_to_its_end(place: S3Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for number in range(5):
        place.write(f"nightdesk-0b/pieces/{number}", b"x")

    assert [one.name for one in place.names("nightdesk-0b/pieces")] == ["0", "1", "2", "3", "4"]


def test_without_a_permission_nothing_leaves(place: S3Place, books: Books) -> None:
    books.permissions.clear()

    with pytest.raises(PlaceError, match="nobody allowed"):
        place.write("nightdesk-0a/sets/one.set", b"sealed")


def test_a_bucket_that_is_not_there_and_a_server_that_is_down_are_named(place: S3Place, books: Books) -> None:
    with pytest.raises(PlaceMissingError):
        replace(place, title="s3://another-bucket").write("nightdesk-0a/sets/one.set", b"sealed")
    books.grant(Purpose.BACKUP, "http://127.0.0.1:9")
    down = replace(place, account=replace(place.account, endpoint="http://127.0.0.1:9"))
    with pytest.raises(PlaceMissingError):
        down.names("nightdesk-0a/sets")


def test_a_desk_is_backed_up_there_and_comes_back(
    place: S3Place, vault: Vault, clock: FixedClock, tmp_path: Path
) -> None:
    copying = Copying(vault, clock, tmp_path / "stick")
    copying.text()
    backing_up = BackingUp(vault, clock, lambda: (place,), copying.copies.epochs)

    backing_up.hourly()
    copying.text("+15125550124")
    clock.advance(3_600_000)
    backing_up.hourly()
    done = restore_desk(place, tmp_path / "home", spelled(copying.sheet), clock=clock)

    assert done.report.ok
    assert done.report.counts.messages_in == 2
