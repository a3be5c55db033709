"""Going back after an upgrade, as docs/operations.md tells it, with the real processes."""

from pathlib import Path
from unittest import mock

from storage import upgrading
from storage.keys.keyring import unlock
from storage.keys.secret import SecretBytes
from storage.migrations.run import HEADS, Schema
from storage.vault import Vault
from tests.journeys.house import PASSPHRASE, House, a_house
from tests.standins.signed import sms
from tests.standins.twilio import TwilioStandIn

SENDER, OTHER = "+15125550123", "+15125550199"


def text(house: House, word: str, sender: str = SENDER) -> None:
    assert house.carrier.post(sms(f"are you open tomorrow? {word}", sender=sender)).status == 200


def upgrade(house: House) -> None:
    """As a release would whose files are laid out in another way: it keeps them, and changes them then."""
    keys = unlock(house.desk_folder, passphrase=SecretBytes(PASSPHRASE.encode()), desk=house.desk_folder.name)
    with mock.patch.object(upgrading, "older_step", lambda _, schema: HEADS[schema]):
        Vault(house.desk_folder, keys).close()
    assert len(upgrading.kept(house.desk_folder)) == len(Schema)


def test_whoever_goes_back_loses_no_text_and_answers_none_twice(tmp_path: Path) -> None:
    with TwilioStandIn() as carrier, a_house(tmp_path / "house", api_base=carrier.url) as house:
        house.start()
        text(house, "one")
        house.wait_for(lambda: len(carrier.creations) == 1, "the first reply")
        house.stop()
        upgrade(house)
        house.start()
        assert "upgraded" in house.reasons()
        text(house, "two", OTHER)
        house.wait_for(lambda: len(carrier.creations) == 2, "the second reply")
        house.stop()

        back = house.command("undo-upgrade", "--yes")

        assert back.code == 0
        house.start()
        house.wait_for(lambda: "log-behind" in house.reasons(), "the older log to be noticed")
        assert "changes-lost" in house.reasons()
        house.wait_for(lambda: len(house.messages_of(OTHER)) == 1, "the second text to be read in again")
        assert house.command("audit", "accept", "--yes").code == 0
        text(house, "three", OTHER)
        house.wait_for(lambda: len(carrier.creations) == 3, "the third reply")
        assert [one.to for one in carrier.creations] == [SENDER, OTHER, OTHER]
        assert house.verify()["ok"]
