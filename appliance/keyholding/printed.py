"""The recovery sheet as it is printed: its groups, and the same key as a QR code, as plain text or as one HTML page."""

import io
from html import escape
from typing import Final

import segno

from storage.keys import agekeys
from storage.keys.sheet import RecoverySheet

_INVERTED: Final = str.maketrans("█ ▀▄", " █▄▀")
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Recovery sheet of {desk}</title>
<style>
@page {{ margin: 2cm }}
body {{ font: 12pt/1.5 Georgia, serif; max-width: 17cm; margin: 1cm auto; color: #000; background: #fff }}
h1 {{ font-size: 18pt; margin: 0 0 .5em }}
ol {{ display: grid; grid-template-columns: repeat(4, 1fr); gap: .5em 1em; padding-left: 1.6em;
  font: 15pt/1.6 ui-monospace, "DejaVu Sans Mono", monospace }}
code {{ font: 10pt ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }}
svg {{ width: 5cm; height: 5cm }}
</style>
</head>
<body>
<h1>Nightdesk recovery sheet</h1>
<p>Desk <b>{desk}</b>, sheet {sheet}, made {made}</p>
<p>Whoever holds this sheet and a copy of the desk's files can read everything. Print it, lock it away, away from the
computer, and delete this file. Without it and without the passphrase nobody can help.</p>
<ol>
{groups}
</ol>
<p>The same key as a picture, and for the public age tool:</p>
<p>{qr}</p>
<p><code>{age}</code></p>
</body>
</html>
"""


def as_text(sheet: RecoverySheet, *, on_paper: bool = True) -> str:
    """For a plain printer or a text file; with `on_paper` false for a terminal, which is dark where paper is light."""
    drawn = io.StringIO()
    _code(sheet).terminal(drawn, border=2, compact=True)
    picture = drawn.getvalue().translate(_INVERTED) if on_paper else drawn.getvalue()
    lines = (line.rstrip() for line in picture.splitlines())
    return "\n".join((sheet.text(), "The same key as a picture:", "", *lines, ""))


def as_html(sheet: RecoverySheet) -> str:
    """One page to print, with nothing in it that is fetched from elsewhere."""
    head = sheet.text().splitlines()[1].split(" - ")
    return _PAGE.format(
        desk=escape(sheet.desk),
        sheet=escape(sheet.slot_id[:8]),
        made=escape(head[-1].removeprefix("made ")),
        groups="\n".join(f"<li>{escape(group)}</li>" for group in sheet.groups),
        qr=qr_svg(sheet),
        age=escape(agekeys.spelled(sheet.identity)),
    )


def qr_svg(sheet: RecoverySheet) -> str:
    """The picture alone."""
    return _code(sheet).svg_inline(border=2, omitsize=True)


def _code(sheet: RecoverySheet) -> segno.QRCode:
    # Upper-case letters, digits and a hyphen: QR's own alphabet, so that the picture stays coarse and easy to read.
    return segno.make_qr(agekeys.spelled(sheet.identity), error="m")
