"""Who someone is, as far as a list may say, and who is looking."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is signed in. The name is the one that audit leaves and approvals carry."""

    name: str
    role: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Who:
    """A person as lists show them: the name if known, else the last two digits. The whole number is in the thread."""

    name: str = field(repr=False)
    last_two: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class About:
    """The desk itself: what every page needs, known while locked too."""

    desk_name: str
    kind: str
    timezone: str
    now: int
    test_phone: bool
