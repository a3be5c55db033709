"""A desk in memory that answers every verb of the pages; run it to look at them:
`python -m tests.ui.admin.fake_desk --port 8400` prints a sign-in link."""

import argparse
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from appliance.views.answers import AnswerRow, AnswerShown, AnswerState, AnswerText
from appliance.views.crossings import Crossing, Crossings, PermissionRow
from appliance.views.hidden import Find, Hidden, Tried
from appliance.views.inbox import Inbox, Need
from appliance.views.incidents import Incident
from appliance.views.people import About, Reader, Who
from appliance.views.phone import Phone
from appliance.views.refusals import NotAcceptable, NotPossible, OutOfDate, SignInRefused
from appliance.views.status import DeskState, Readiness, Status
from appliance.views.thread import (
    Delivery,
    DraftShown,
    MessageShown,
    Outside,
    ReplyShown,
    Revealed,
    Step,
    StepKind,
    Thread,
)
from storage.errors import MissingError, WrongKeyError
from tests.ui.admin import sample_answers, samples
from tests.ui.admin.fake_copies import FakeCopies
from tests.ui.admin.fake_deletions import FakeDeletions
from tests.ui.admin.fake_keeping import FakeKeeping
from tests.ui.admin.fake_keys import FakeKeys, FakeRotating
from tests.ui.admin.fake_logbook import FakeLogbook
from tests.ui.admin.fake_search import FakeSearch
from tests.ui.admin.fake_threads import bubble, on_phone, without
from ui.admin.app import create_app
from ui.admin.ports import open_port
from ui.admin.server import AdminServer
from ui.admin.verbs import DeskVerbs

T = TypeVar("T")
PASSPHRASE = "correct horse battery staple"
_HIDE = ((re.compile(r"\+?\d[\d -]{8,}\d"), "[PHONE_1]"), (re.compile(r"\b[A-Z]\w+ [A-Z]\w+\b"), "[NAME_1]"))


@dataclass
class FakeDesk(FakeRotating, FakeCopies, FakeSearch):
    """State is a handful of dicts; `later` decides when simulated work happens (at once in tests)."""

    state: DeskState = DeskState.READY
    now: Callable[[], int] = lambda: samples.NOW
    later: Callable[[float, Callable[[], None]], None] = lambda _, act: act()
    test_phone: bool = True
    logbook: FakeLogbook = field(default_factory=FakeLogbook)
    threads: dict[str, Thread] = field(default_factory=samples.threads)
    shown_answers: dict[str, AnswerShown] = field(default_factory=sample_answers.answers)
    entries: tuple[Crossing, ...] = field(default_factory=samples.crossings)
    allowed: dict[str, PermissionRow] = field(default_factory=samples.permissions)
    keys: FakeKeys = field(default_factory=FakeKeys)
    kept: FakeKeeping = field(default_factory=FakeKeeping)
    deleting: FakeDeletions = field(default_factory=FakeDeletions)
    version: int = 1
    tokens: set[str] = field(default_factory=set)
    sessions: dict[str, Reader] = field(default_factory=dict)
    touched: list[bool] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    calls: list[tuple[object, ...]] = field(default_factory=list)

    # The front door

    def about(self) -> About:
        return About("Maple Street Dental", "dental", "America/Chicago", self.now(), self.test_phone)

    def ready(self) -> Readiness:
        return Readiness(self.state, ("locked",) if self.state is DeskState.LOCKED else ())

    def unlock(self, passphrase: str) -> None:
        if passphrase != PASSPHRASE:
            raise WrongKeyError("The passphrase does not open this desk.", remedy="Try again.")
        self.state = DeskState.READY

    def link(self) -> str:
        token = secrets.token_urlsafe(32)
        self.tokens.add(token)
        return token

    def sign_in(self, token: str) -> str:
        if token not in self.tokens:
            raise SignInRefused("That link has been used or is too old.", remedy="Run `nightdesk link` for a new one.")
        self.tokens.remove(token)
        cookie = secrets.token_urlsafe(32)
        self.sessions[cookie] = Reader("Dr. Avery", "owner", f"s-{len(self.sessions)}")
        return cookie

    def session(self, cookie: str, *, touch: bool) -> Reader | None:
        self.touched.append(touch)
        return self.sessions.get(cookie)

    def sign_out(self, cookie: str) -> None:
        self.sessions.pop(cookie, None)

    def note_incident(self, incident: Incident) -> None:
        self.incidents.append(incident)

    def new_link(self, reader: Reader) -> str:
        return self.link()

    def hidden(self, reader: Reader, text: str) -> Hidden:
        tried = Tried(text, "hi its [NAME_1]", (Find("dana", "NAME", "words that announce a name", "after 'its'"),))
        return Hidden((), (), ("Maple Street Dental",), tried if text else None)

    def add_words(self, reader: Reader, kind: str, words: str) -> None:
        self.version += 1

    def remove_words(self, reader: Reader, phrase_id: str) -> None:
        self.version += 1

    def notices_seen(self, reader: Reader) -> None:
        self.version += 1

    def end_all_sessions(self, reader: Reader) -> None:
        self.sessions.clear()

    # Conversations

    def live_version(self, reader: Reader) -> int:
        return self.version

    def inbox(self, reader: Reader) -> Inbox:
        rows = sorted((samples.row(thread) for thread in self.threads.values()), key=lambda row: -row.at)
        pressing = list(Need)
        waiting = sorted((row for row in rows if row.need), key=lambda row: pressing.index(row.need or Need.SOON))
        calm = [row for row in rows if not row.need]
        by_itself = tuple(row for row in calm if row.ending in {"answered", "working"})
        quiet = tuple(row for row in calm if row not in by_itself)
        return Inbox(tuple(waiting), by_itself, quiet, len(by_itself), len(quiet))

    def thread(self, reader: Reader, person_id: str, text_id: str = "") -> Thread:
        return _found(self.threads, person_id)

    def send_draft(self, reader: Reader, draft_id: str, text: str, version: int) -> None:
        thread, draft = self._draft(draft_id, version)
        self.calls.append(("send_draft", draft_id, text, version))
        proposed = draft.body if draft.body != text else None
        self._reply(without(thread, draft_id), text, reader, proposed)

    def discard_draft(self, reader: Reader, draft_id: str, version: int) -> None:
        thread, _ = self._draft(draft_id, version)
        self.calls.append(("discard_draft", draft_id, version))
        self._put(without(thread, draft_id))

    def write_reply(self, reader: Reader, person_id: str, text: str) -> None:
        thread = _found(self.threads, person_id)
        if thread.no_reply_because:
            raise NotPossible(thread.no_reply_because)
        self.calls.append(("write_reply", person_id, text))
        self._reply(thread, text, reader, None)

    def reveal(self, reader: Reader, message_id: str, reason: str) -> Revealed:
        self.calls.append(("reveal", message_id, reason))
        for thread in self.threads.values():
            for item in thread.items:
                if isinstance(item, MessageShown) and item.message_id == message_id and item.health:
                    original = "My mouth won't stop bleeding since the extraction. I take blood thinners."
                    return Revealed(message_id, thread.person_id, thread.who, item.at, original, reason, 12_409)
        raise MissingError("there is no such message")

    def done(self, reader: Reader, person_id: str) -> None:
        self._put(replace(_found(self.threads, person_id), done=True, need=None, drafts=()))

    # Answers

    def answers(self, reader: Reader) -> tuple[AnswerRow, ...]:
        return tuple(sample_answers.answer_row(answer) for answer in self.shown_answers.values())

    def answer(self, reader: Reader, answer_id: str | None) -> AnswerShown:
        if answer_id is None:
            waiting = AnswerState.WAITING
            return AnswerShown(
                None, 0, "", "other", (), sample_answers.SLOTS, sample_answers.INTENTS, waiting, unattended=False
            )
        return _found(self.shown_answers, answer_id)

    def save_answer(
        self,
        reader: Reader,
        answer_id: str | None,
        version: int,
        *,
        title: str,
        intent: str,
        texts: tuple[tuple[str, str], ...],
        unattended: bool,
    ) -> str:
        if not texts:
            raise NotAcceptable("The answer has no words.", field="text_en")
        key = answer_id or f"a-{len(self.shown_answers)}"
        shown = tuple(AnswerText(code, text, sample_answers.fill(text)) for code, text in texts)
        waiting = AnswerState.WAITING
        self.shown_answers[key] = AnswerShown(
            key, version + 1, title, intent, shown, sample_answers.SLOTS, sample_answers.INTENTS, waiting, unattended
        )
        self.calls.append(("save_answer", answer_id, title, intent, texts, unattended))
        return key

    def approve_answer(self, reader: Reader, answer_id: str, version: int) -> None:
        answer = self._answer(answer_id, version)
        self.shown_answers[answer_id] = replace(
            answer, state=AnswerState.APPROVED, approved_by=reader.name, approved_at=self.now()
        )

    def retire_answer(self, reader: Reader, answer_id: str, version: int) -> None:
        self.shown_answers[answer_id] = replace(self._answer(answer_id, version), state=AnswerState.RETIRED)

    # The test phone

    def phone(self, reader: Reader, caller: str | None) -> Phone:
        if not self.test_phone:
            raise NotPossible("This desk has a real carrier.", remedy="The test phone is part of `nightdesk demo`.")
        keys = {one.key: one for one in samples.CALLERS}
        holder = _found(keys, caller or samples.CALLERS[0].key)
        thread = next((one for one in self.threads.values() if one.number == holder.number), None)
        return Phone(
            samples.CALLERS,
            holder,
            "+1 512-555-0100",
            tuple(bubble(item) for item in thread.items if on_phone(item)) if thread else (),
            thread.person_id if thread else None,
        )

    def phone_send(self, reader: Reader, caller: str, body: str) -> None:
        holder = next(one for one in samples.CALLERS if one.key == caller)
        thread = next((one for one in self.threads.values() if one.number == holder.number), None)
        thread = thread or Thread(f"p-{caller}", Who("", holder.number[-2:]), holder.number)
        message = MessageShown(
            f"m-{secrets.token_hex(4)}", self.now(), body, steps=(Step(StepKind.SEALED, self.now()),)
        )
        self._put(replace(thread, items=(*thread.items, message)))
        self.later(0.8, lambda: self._redact(thread.person_id, message.message_id))
        self.later(1.8, lambda: self._settle(thread.person_id, message.message_id))

    def _redact(self, person_id: str, message_id: str) -> None:
        def with_redaction(item: MessageShown) -> MessageShown:
            text = item.body
            for pattern, placeholder in _HIDE:
                text = pattern.sub(placeholder, text)
            step = Step(StepKind.REDACTED, self.now())
            return replace(item, steps=(*item.steps, step), outside=Outside("Offline drafter", text))

        self._change(person_id, message_id, with_redaction)

    def _settle(self, person_id: str, message_id: str) -> None:
        item = self._change(person_id, message_id, lambda item: item)
        opens = "open" in item.body
        step = Step(StepKind.ANSWERED if opens else StepKind.HELD, self.now())
        self._change(person_id, message_id, lambda item: replace(item, steps=(*item.steps, step)))
        thread = self.threads[person_id]
        if opens:
            reply = ReplyShown(
                f"r-{secrets.token_hex(4)}",
                self.now(),
                sample_answers.fill("{desk_name} opens {next_open}."),
                Delivery.DELIVERED,
                unattended=True,
                answer="Opening hours",
                answer_id="a-hours",
                approved_by="Dr. Avery",
            )
            self._put(replace(thread, items=(*thread.items, reply)))
            return
        draft = DraftShown(
            f"d-{secrets.token_hex(4)}",
            1,
            self.now(),
            "Thanks for your message. We will call you in the morning.",
            "the offline drafter",
            "No approved answer fits, so it waits for you.",
        )
        self._put(replace(thread, drafts=(*thread.drafts, draft), need=Need.DRAFT, done=False))

    # Outside, status

    def crossings(self, reader: Reader, page: int) -> Crossings:
        return Crossings(tuple(entry.row for entry in self.entries), page, 2, len(self.entries))

    def crossing(self, reader: Reader, crossing_id: str) -> Crossing:
        return _found({entry.row.crossing_id: entry for entry in self.entries}, crossing_id)

    def permissions(self, reader: Reader) -> tuple[PermissionRow, ...]:
        return tuple(self.allowed.values())

    def grant(self, reader: Reader, permission_id: str) -> None:
        row = _found(self.allowed, permission_id)
        self.allowed[permission_id] = replace(row, granted=True, granted_by=reader.name, granted_at=self.now())

    def revoke(self, reader: Reader, permission_id: str) -> None:
        self.allowed[permission_id] = replace(_found(self.allowed, permission_id), granted=False)

    def status(self, reader: Reader) -> Status:
        return samples.status(self.state)

    # In here

    def _put(self, thread: Thread) -> None:
        self.threads[thread.person_id] = thread
        self.version += 1

    def _change(self, person_id: str, message_id: str, how: Callable[[MessageShown], MessageShown]) -> MessageShown:
        thread = self.threads[person_id]
        changed: dict[str, MessageShown] = {}
        for item in thread.items:
            if isinstance(item, MessageShown) and item.message_id == message_id:
                changed[message_id] = how(item)
        new = tuple(
            changed.get(item.message_id, item) if isinstance(item, MessageShown) else item for item in thread.items
        )
        self._put(replace(thread, items=new))
        return changed[message_id]

    def _reply(self, thread: Thread, text: str, reader: Reader, proposed: str | None) -> None:
        reply = ReplyShown(
            f"r-{secrets.token_hex(4)}",
            self.now(),
            text,
            Delivery.SENT,
            approved_by=reader.name,
            approved_at=self.now(),
            proposed=proposed,
        )
        self._put(replace(thread, items=(*thread.items, reply), need=None))

    def _draft(self, draft_id: str, version: int) -> tuple[Thread, DraftShown]:
        for thread in self.threads.values():
            for draft in thread.drafts:
                if draft.draft_id == draft_id and draft.version == version:
                    return thread, draft
        raise OutOfDate("Somebody else has already dealt with this draft.", remedy="Look at the thread again.")

    def _answer(self, answer_id: str, version: int) -> AnswerShown:
        answer = _found(self.shown_answers, answer_id)
        if answer.version != version:
            raise OutOfDate("Somebody has changed this answer since.", remedy="Read it again.")
        return answer


def _found(where: Mapping[str, T], key: str) -> T:
    if key not in where:
        raise MissingError("there is no such thing")
    return where[key]


def _in_a_moment(seconds: float, act: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


def serve(desk: DeskVerbs, port: int) -> AdminServer:
    """A real server on that port (0: any) in a thread."""
    sockets, port = open_port(port)
    server = AdminServer(create_app(desk, origin=f"http://nightdesk.localhost:{port}"), sockets)
    threading.Thread(target=server.serve, daemon=True).start()
    return server


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8400)
    parser.add_argument("--state", choices=list(DeskState), default=DeskState.READY)
    args = parser.parse_args()
    started = time.time()
    desk = FakeDesk(
        state=DeskState(args.state),
        now=lambda: samples.NOW + int((time.time() - started) * 1000),
        later=_in_a_moment,
    )
    server = serve(desk, args.port)
    print(f"{server.origin}/sign-in#{desk.link()}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
