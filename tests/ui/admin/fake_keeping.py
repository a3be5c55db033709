"""The fake desk's keeping times and archive: what waits for a person waits until somebody says so."""

from dataclasses import dataclass, field, replace

from appliance.views.archive import Archive, ArchivedOf, ArchiveOpened, ArchiveRow, RequestShown
from appliance.views.keeping import Keeping
from storage.errors import MissingError
from tests.ui.admin import sample_keeping


@dataclass
class FakeArchive:
    rows: dict[str, ArchiveRow] = field(default_factory=sample_keeping.requests)

    def shown(self, reader: str) -> Archive:
        return Archive(37, 4_120, sample_keeping.OLDEST, tuple(self.rows.values()), 8)

    def of(self, reader: str, person_id: str) -> ArchivedOf:
        if person_id != sample_keeping.PERSON:
            raise MissingError("there is no such thing")
        return ArchivedOf(person_id, sample_keeping.WHO, 2)

    def ask(self, by: str, person_id: str, reason: str) -> str:
        self.of(by, person_id)
        self.rows["r-new"] = replace(self.rows["r-asked"], request_id="r-new", reason=reason, asked_by=by)
        return "r-new"

    def decide(self, by: str, request_id: str, *, yes: bool) -> None:
        state = RequestShown.OPEN if yes else RequestShown.REFUSED
        until = sample_keeping.UNTIL if yes else None
        self.rows[request_id] = replace(self._row(request_id), state=state, decided_by=by, opens_until=until)

    def shut(self, by: str, request_id: str) -> None:
        self.rows[request_id] = replace(self._row(request_id), state=RequestShown.OVER)

    def open(self, reader: str, request_id: str) -> ArchiveOpened:
        return sample_keeping.opened(self._row(request_id))

    def _row(self, request_id: str) -> ArchiveRow:
        if request_id not in self.rows:
            raise MissingError("there is no such thing")
        return self.rows[request_id]


@dataclass
class FakeKeeping:
    clock_in_doubt: bool = True
    shorter_waits: bool = True
    archive: FakeArchive = field(default_factory=FakeArchive)

    def shown(self) -> Keeping:
        return sample_keeping.keeping(doubt=self.clock_in_doubt, change=self.shorter_waits)

    def accept_shorter(self, by: str) -> None:
        self.shorter_waits = False

    def trust_clock(self, by: str) -> None:
        self.clock_in_doubt = False
