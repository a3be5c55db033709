"""What the carrier tells about a reply it took, by callback or in its list: it moves the reply forward, or nothing."""

import re
from dataclasses import dataclass
from typing import Final

from appliance.gateways.sms import CarrierStatus
from appliance.gateways.twilio import STATUS
from appliance.sending.follow import move
from appliance.sending.states import told
from storage.letters import Letter
from storage.replies import SentReply
from storage.vault import Transaction

_CODE: Final = re.compile(r"[0-9]{4,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the carrier said of one text."""

    account: str
    provider_id: str
    status: CarrierStatus
    code: str = ""


def read_status(tx: Transaction, letter: Letter, now: int) -> None:
    """A status letter. One about a text we do not know, or with a word we do not know, changes nothing."""
    status = STATUS.get(letter.value("MessageStatus") or letter.value("SmsStatus") or "")
    account, provider_id = letter.value("AccountSid"), letter.value("MessageSid") or letter.value("SmsSid")
    if status is None or not account or not provider_id:
        return
    reply = tx.replies.by_provider_id(account, provider_id)
    if reply is not None:
        heed(tx, reply, status, letter.value("ErrorCode") or "", at=now)


def heed(tx: Transaction, reply: SentReply, status: CarrierStatus, code: str, *, at: int) -> bool:
    """Move the reply as the carrier says. Whether that was a step."""
    return move(tx, reply, told(reply.state, status), at=at, code=code if _CODE.fullmatch(code) else "")
