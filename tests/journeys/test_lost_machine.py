"""The machine is lost: a stick, the sheet and another machine, with the commands as docs/operations.md tells them."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.journeys.house import DESK, PASSPHRASE, House, a_house, nightdesk

SETTINGS = """\
[desk]
name = "Maple Street Dental"
kind = "dental"
timezone = "America/Chicago"
[carrier]
kind = "test-phone"
"""


def test_a_stick_and_the_sheet_bring_the_desk_back_and_the_old_machine_stops(tmp_path: Path) -> None:
    stick, home, sheet, words = (tmp_path / name for name in ("stick", "home", "sheet.txt", "words.txt"))
    (tmp_path / "shop.toml").write_text(SETTINGS)
    words.write_text(PASSPHRASE)
    opening = ("--passphrase-file", words)
    made = nightdesk(
        "init", "--home", home, "--settings", tmp_path / "shop.toml", *opening, "--recovery-out", sheet, "--json"
    )
    assert made.code == 0, made.err

    first = nightdesk("backup", "--to", stick, "--home", home, *opening, "--json")
    again = nightdesk("backup", "--to", stick, "--home", home, *opening, "--json")
    drilled = nightdesk("drill", "--from", stick, "--home", home, *opening, "--json")
    back = nightdesk("restore", "--from", stick, "--home", tmp_path / "new", "--recovery-file", sheet, "--json")
    refused = nightdesk("restore", "--from", stick, "--home", tmp_path / "new", "--recovery-file", sheet)
    old = nightdesk("backup", "--to", stick, "--home", home, *opening)
    resumed = nightdesk("resume-sending", "--yes", "--home", tmp_path / "new", *opening, "--json")
    verified = nightdesk("verify", "--home", tmp_path / "new", *opening, "--json")

    assert (first.json["whole"], again.json["whole"]) == (True, False)
    assert again.json["bytes"] < first.json["bytes"] / 3
    assert drilled.json["ok"], drilled.err
    assert (back.code, back.json["desk"], back.json["epoch"]) == (0, DESK, 2), back.err
    assert (refused.code, "exists" in refused.err) == (1, True)
    assert (old.code, "superseded" in old.err) == (1, True)
    assert resumed.json == {"resumed": True}
    assert verified.json["ok"], verified.out


def test_a_served_desk_backs_itself_up_to_the_folder_of_its_settings(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with a_house(tmp_path / "house", mail=f'[backup]\nplaces = ["{stick}"]') as house:
        house.start()
        house.wait_for(lambda: len(list(stick.rglob("sets/*.set"))) == 1, "the first backup", within=90)
        # It is on record once it was read back and put together.
        house.wait_for(lambda: _backed_up(house), "the backup to be on record", within=90)
        house.stop()


def _backed_up(house: House) -> bool:
    parts = house.asked("status").get("parts", ())
    return any(part["name"] == "Backups" and part["ok"] for part in parts)


def test_what_went_to_s3_comes_back_straight_from_there(tmp_path: Path, s3_endpoint: str) -> None:
    home, sheet, words, secret = (tmp_path / name for name in ("home", "sheet.txt", "words.txt", "secret.txt"))
    (tmp_path / "shop.toml").write_text(
        SETTINGS + f'[backup]\nplaces = ["s3://copies/desk"]\ns3_endpoint = "{s3_endpoint}"\ns3_key_id = "k"\n'
        's3_secret = { file = "secret.txt" }\n'
    )
    words.write_text(PASSPHRASE)
    secret.write_text("s")
    opening = ("--home", home, "--passphrase-file", words, "--json")
    made = nightdesk("init", *opening, "--settings", tmp_path / "shop.toml", "--recovery-out", sheet)
    assert made.code == 0, made.err

    backed_up, drilled = nightdesk("backup", *opening), nightdesk("drill", *opening)
    secret.write_text("s")
    asked = ("restore", "--from", "s3://copies/desk", "--home", tmp_path / "new", "--recovery-file", sheet, "--json")
    no_key = nightdesk(*asked)
    back = nightdesk(*asked, "--s3-endpoint", s3_endpoint, "--s3-key-id", "k", "--s3-secret-file", secret)

    assert (backed_up.code, backed_up.json["backups"][0]["checked"]) == (0, True), backed_up.err
    assert drilled.json["ok"], drilled.err
    assert (no_key.code, "--s3-key-id" in no_key.err) == (2, True)
    assert (back.code, back.json["desk"], back.json["place_marked"]) == (0, DESK, True), back.err


@pytest.fixture
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id="k",
        aws_secret_access_key="s",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="copies")
    yield f"http://{host}:{port}"
    server.stop()
