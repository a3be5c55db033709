"""After the disk lost what was written last: nothing is done twice that may have been done, and people are told.

The texts come again from the spool, and by the sweep from the carrier. Whoever wrote them may have been answered in the
meantime that was lost, so they wait for a person; replies that stood in line are looked up before anything else.
"""

from typing import Final

from appliance.folders import SPOOL_FOLDER
from appliance.intake.receive import leave_to_a_person
from appliance.sending import pauses
from storage.alerts import AlertKind
from storage.audit.leaf import Action
from storage.heal import LOST_MARK
from storage.jobs import JobKind
from storage.messages import MessageId
from storage.meta import Meta
from storage.replies import ReplyState
from storage.spool.segments import taken
from storage.vault import Transaction, Vault

CODE: Final = "changes-lost"
_CUT_SHORT: Final = "cut-short"


def after_loss(vault: Vault, *, at: int) -> bool:
    """Whether something was lost: a log was mended, or the door knows of letters taken in that the store does not."""
    mark = vault.folder / LOST_MARK
    with vault.look() as tx:
        behind = taken(vault.folder / SPOOL_FOLDER) > tx.meta.number(Meta.SPOOL_SEQUENCE)
    if not mark.exists() and not behind:
        return False
    with vault.transaction() as tx:
        tx.meta.put(Meta.LOST_UNTIL, at)
        # It may know of texts that the store lost, and that come again under other names: it is built anew.
        tx.meta.remove(Meta.SEARCH)
        replies, messages = _looked_up(tx, at), _left_to_people(tx)
        tx.alerts.raise_(AlertKind.STAFF, CODE, at=at)
        detail = {"kind": CODE, "replies": replies, "messages": messages}
        tx.audit.append(Action.ALERTED, actor="desk", at=at, detail=detail)
    mark.unlink(missing_ok=True)
    return True


def _looked_up(tx: Transaction, at: int) -> int:
    """Replies that stand in line: their sending may be among what was lost."""
    waiting = tx.replies.in_state(ReplyState.QUEUED)
    for reply in waiting:
        tx.replies.move(reply.id, ReplyState.SENDING, at=reply.created_at)
        tx.replies.move(reply.id, ReplyState.UNKNOWN, at=at, error_code=_CUT_SHORT)
        tx.jobs.add(JobKind.LOOK_UP, reply.id, due=at + pauses.FIRST_LOOK, at=at)
    return len(waiting)


def _left_to_people(tx: Transaction) -> int:
    """Messages that wait for their run: it may be among what was lost, with the reply."""
    waiting = tx.jobs.of_kind(JobKind.ANSWER)
    for job in waiting:
        message = tx.messages.get(MessageId(job.subject))
        leave_to_a_person(tx, message)
        tx.jobs.finish(job.id)
    return len(waiting)
