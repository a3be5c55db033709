"""The log is checked in a process of its own, since starting it changes how the whole process logs."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import logging, sys
from pathlib import Path
from ui.door import log
log._FILE_BYTES, log._ALL_BYTES = 2000, 8000
log.start_log(Path(sys.argv[1]))
door, waitress = logging.getLogger("door"), logging.getLogger("waitress")
for turn in range(int(sys.argv[2])):
    door.info("counts", extra={"counts": {"acknowledged": turn}})
    waitress.warning("a stranger sent %s", "quoted-word")
    waitress.info("chatter")
    try:
        raise ValueError("quoted-word")
    except ValueError:
        door.exception("a request could not be judged")
"""


def logged(path: Path, turns: int) -> list[dict[str, object]]:
    subprocess.run([sys.executable, "-c", PROGRAM, path, str(turns)], check=True, capture_output=True)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_event_is_one_json_line_without_what_strangers_sent(tmp_path: Path) -> None:
    lines = logged(tmp_path / "logs" / "door.log", 1)

    assert [line["event"] for line in lines] == ["counts", "a stranger sent %s", "a request could not be judged"]
    assert lines[0]["acknowledged"] == 0
    assert lines[2]["error"] == "ValueError"
    assert str(lines[2]["where"]).startswith("<string>:")
    assert "quoted-word" not in (tmp_path / "logs" / "door.log").read_text()


def test_the_log_does_not_grow_without_end(tmp_path: Path) -> None:
    logged(tmp_path / "door.log", 200)

    files = list(tmp_path.iterdir())
    assert len(files) > 2
    assert all(file.stat().st_size < 3000 for file in files)
    assert sum(file.stat().st_size for file in files) <= 8000 + 3000
