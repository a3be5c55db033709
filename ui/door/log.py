"""The door's log: one JSON line an event, with codes and counts only, in a file that never grows beyond bounds."""

import json
import logging
import time
from pathlib import Path

from ui.dated_log import DatedFile

_FILE_BYTES = 1024 * 1024
_ALL_BYTES = 4 * _FILE_BYTES


class _JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "from": record.name,
            # The format string and not what was put into it: waitress would quote what a stranger sent.
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        if isinstance(counts := getattr(record, "counts", None), dict):
            line |= counts
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line)


def _where(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def start_log(path: Path) -> None:
    """Send all that this process logs to the file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = DatedFile(path, file_bytes=_FILE_BYTES, all_bytes=_ALL_BYTES)
    handler.setFormatter(_JsonLine())
    # A full disk must not turn each log line into a traceback on standard error.
    logging.raiseExceptions = False
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("waitress").setLevel(logging.WARNING)
