"""What it means that a chore fails, in words, where no other place has them (a test compares)."""

from typing import Final

_AGAIN: Final = "It is tried again by itself. If it stays so, run: nightdesk doctor"

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "room": ("How much room the disk has could not be looked at.", _AGAIN),
    "clock": ("What waits could not be put in order after the clock was set back.", _AGAIN),
    "incidents": ("What was refused lately could not be written down.", _AGAIN),
    "redact-owed": ("Texts whose health details are still to be taken out had to wait.", _AGAIN),
    "erasures": ("An erasure that is due could not be done to its end.", _AGAIN),
    "closing": ("The closing of the desk could not go on.", _AGAIN),
    "backup-mark": ("The log could not be compared with what the newest backup remembers of it.", _AGAIN),
    "spool": ("Letters that are no longer needed could not be let go.", _AGAIN),
    "spool-check": ("The letters that came in could not be checked.", "Run: nightdesk verify"),
    "upgrade": ("The files from before the last upgrade could not be let go.", _AGAIN),
    "keys": ("A change of the keys could not go on.", "Open the page 'Keys'."),
    "carrier-token": ("The carrier's old token could not be put out of use.", "Open the page 'Keys'."),
    "epoch": ("Whether another machine serves this desk is not known.", "See that the backup place is there."),
    "backup-asked": ("A backup that somebody asked for could not be made.", "See that the backup place is there."),
    "drill": ("The rehearsal of bringing the desk back could not be done.", "Run: nightdesk drill"),
    "backup-age": ("How old the newest backup is could not be looked at.", _AGAIN),
}
