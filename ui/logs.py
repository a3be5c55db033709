"""The core's log: one JSON line an event, with codes, ids and counts; never what somebody wrote."""

import json
import logging
import time
from pathlib import Path
from typing import Final

from ui.dated_log import DatedFile

_FIELDS: Final = ("job", "subject", "part", "code", "count")


class JsonLine(logging.Formatter):
    """An event as one line. Only the fields named above are written, and of a traceback only the type and place."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": int(record.created * 1000),
            "up_ms": int(time.monotonic() * 1000),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.msg if record.name.startswith("nightdesk") else "library",
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)


def log_to(path: Path) -> None:
    """Send this process's log to that file, and nowhere else."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handler = DatedFile(path)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("nightdesk").setLevel(logging.INFO)
    # An exception that nobody caught must not print its message, which could quote somebody.
    logging.raiseExceptions = False
