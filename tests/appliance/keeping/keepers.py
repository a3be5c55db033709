"""A keeper over a real vault, and conversations that are some days old."""

from pathlib import Path
from typing import Any

from appliance.keeping.clock_guard import ClockGuard
from appliance.keeping.limits import DAY
from appliance.keeping.retention import Keeper
from appliance.settings.read import parse_settings
from appliance.settings.values import Settings
from storage.ids import new_id
from storage.messages import MessageId, MessageState
from storage.plaintext import Plaintext
from storage.replies import ReplyId, ReplyState
from storage.retention import Kept
from storage.runs import Run, RunId
from storage.vault import Vault
from tests.desks import a_message, a_person, new_reply
from tests.standins.clock import FixedClock

SETTINGS = """
[desk]
name = "Maple"
kind = "general"
timezone = "America/Chicago"
[carrier]
kind = "test-phone"
[keeping]
"""


def settings_with(keeping: str = "") -> Settings:
    return parse_settings(SETTINGS + keeping)


def a_keeper(vault: Vault, clock: FixedClock, keeping: str = "", **other: Any) -> Keeper:
    guard = ClockGuard(vault=vault, clock=clock, ticks=clock.now)
    values: dict[str, Any] = {"settings": settings_with(keeping), "folder": Path(vault.folder), "rest": lambda: None}
    return Keeper(vault=vault, clock=clock, guard=guard, **(values | other))


def a_conversation(
    vault: Vault, at: int, body: str = "Is Tuesday free?", *, number: str = "+15125550123"
) -> tuple[MessageId, ReplyId]:
    """A text, its run and the reply, all of one moment."""
    with vault.transaction() as tx:
        person = a_person(tx, vault, number=number, at=at)
        message = a_message(tx, person.id, body, received_at=at, imported_at=at)
        tx.messages.settle(message.id, MessageState.ANSWERED)
        run = Run(RunId(new_id()), person.id, message.id, "message", "answered", (), "offline", at, at)
        tx.runs.add(run, prompt=Plaintext(f"customer: {body}"))
        tx.people.preview(person.id, Plaintext(body))
        tx.placeholders.put(person.id, Plaintext("{}"), at=at)
        reply = tx.replies.add(new_reply(person.id, "We open at eight.", created_at=at, message=message.id))
        assert reply is not None
        tx.replies.move(reply.id, ReplyState.DELIVERED, at=at)
        return message.id, reply.id


def a_year_of_days(vault: Vault, now: int, days: int) -> None:
    """One conversation a day around the limit of so many days, and a few between that and now."""
    for day in [*range(0, days - 6, 20), *range(days - 10, days + 1)]:
        a_conversation(vault, now - day * DAY, number=f"+1512555{100 + day % 100:04}")


def oldest_words(vault: Vault) -> int | None:
    """When the oldest text, reply or prompt was written that still has its words."""
    with vault.look() as tx:
        found = [tx.retention.waiting(kept, before=0).oldest for kept in (Kept.MESSAGES, Kept.REPLIES, Kept.PROMPTS)]
    return min((one for one in found if one is not None), default=None)
