"""Threads of the fake desk: without a draft, and as the customer's phone shows them."""

from dataclasses import replace

from appliance.views.phone import Bubble
from appliance.views.thread import Delivery, MessageShown, ReplyShown, Thread


def on_phone(item: MessageShown | ReplyShown) -> bool:
    return isinstance(item, MessageShown) or item.delivery in (Delivery.SENT, Delivery.DELIVERED)


def bubble(item: MessageShown | ReplyShown) -> Bubble:
    return Bubble(item.at, item.body, mine=isinstance(item, MessageShown))


def without(thread: Thread, draft_id: str) -> Thread:
    return replace(thread, drafts=tuple(draft for draft in thread.drafts if draft.draft_id != draft_id))
