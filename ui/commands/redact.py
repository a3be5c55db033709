"""`nightdesk redact`: the redactor, over JSON lines, or over one text with its reasons."""

import sys
from datetime import UTC

import click

from appliance.gateways.clock import SystemClock
from appliance.redaction.explain import explain
from appliance.redaction.lines import redact_lines
from appliance.redaction.redactor import Redactor


@click.command()
@click.option("--why", default=None, metavar="TEXT", help="Say of one text what is hidden, by which layer, and why.")
def redact(why: str | None) -> None:
    """Redact texts. No network, no desk.

    Reads JSON lines {"id", "text"} from standard input; writes one line each:
    {"id", "redacted", "spans": [{"start", "end", "label"}]}, offsets in characters.
    """
    redactor = Redactor.load()
    if why is None:
        redact_lines(sys.stdin, sys.stdout, redactor=redactor)
        return
    explained = explain(why, redactor=redactor, now=SystemClock().now(), zone=UTC)
    click.echo(explained.shown)
    for row in explained.rows:
        click.echo(f"  {row.words!r} is {row.label.value}: {row.layer}; {row.why}")
