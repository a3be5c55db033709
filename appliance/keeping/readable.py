"""The readable page of an export: one file that needs nothing else, runs nothing and loads nothing."""

import hashlib
import re
from base64 import b64encode
from html import escape
from typing import Final

from appliance.keeping.record import DepartureKept, DraftKept, Record, TextKept, moment

_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dd { margin: 0; }
ol { list-style: none; padding: 0; }
li { margin: .75rem 0; padding: .6rem .8rem; border-radius: .6rem; background: #8882; }
li.out { margin-left: 4rem; background: #4a7f }
li.in { margin-right: 4rem; }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
small { opacity: .75; }
@media print { li { background: none; border: 1px solid #888; } }
"""
# The page may use its own style and nothing else, wherever it is opened.
_POLICY: Final = (
    "default-src 'none'; "
    f"style-src 'sha256-{b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
_ARCHIVED: Final = "<p><i>The words are in the archive. They can be asked for there.</i></p>"
_UNSHOWABLE: Final = re.compile("[\0\ud800-\udfff]")


def page(record: Record) -> str:
    """The page. Characters that no page can hold are shown as U+FFFD; person.json has them exactly."""
    who = record.name or record.number
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width">',
        f"<title>{_shown(who)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{_shown(who)}</h1>",
        _facts(record),
        _list("Texts", [_text(one) for one in record.messages]),
        _list("Replies that were proposed", [_draft(one) for one in record.drafts]),
        _list("What was sent to services outside", [_departure(one) for one in record.departures]),
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _facts(record: Record) -> str:
    stop = "no"
    if record.stopped_at is not None:
        stop = f"yes, since {_time(record.stopped_at)}"
    facts = (
        ("Number", record.number),
        ("First text", _time(record.since)),
        ("Texts", str(len(record.messages))),
        ("Asked for no more texts", stop),
        ("Exported", f"{_time(record.exported_at)} by {record.desk}"),
    )
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{_shown(value)}</dd>" for name, value in facts) + "</dl>"


def _list(title: str, items: list[str]) -> str:
    return f"<h2>{title}</h2>\n<ol>\n" + "\n".join(items) + "\n</ol>" if items else ""


def _text(one: TextKept) -> str:
    side = "from them" if one.direction == "in" else "to them"
    about = f"{_time(one.at)} · {side} · {one.status}"
    words = _ARCHIVED if one.archived else _words(one.body, one.removed_at)
    return f'<li class="{one.direction}">{words}<small>{_shown(about)}</small></li>'


def _draft(one: DraftKept) -> str:
    return f"<li>{_words(one.body, one.removed_at)}<small>{_shown(f'{_time(one.at)} · {one.state}')}</small></li>"


def _departure(one: DepartureKept) -> str:
    about = f"{_time(one.at)} · {one.purpose} · {one.host} · {one.outcome or 'not known how it ended'}"
    return f"<li>{_words(one.body, one.removed_at)}<small>{_shown(about)}</small></li>"


def _words(body: str | None, removed_at: int | None) -> str:
    if body is not None:
        return f'<p dir="auto">{_shown(body)}</p>'
    return "" if removed_at is None else f"<p><i>The words were removed on {_time(removed_at)}.</i></p>"


def _time(at: int) -> str:
    return f"{moment(at)[:16].replace('T', ' ')} UTC"


def _shown(text: str) -> str:
    return escape(_UNSHOWABLE.sub("\ufffd", text))
