"""`nightdesk redact`: the redactor, over JSON lines."""

import sys

import click


@click.command()
def redact() -> None:
    """Redact texts. No network, no desk.

    Reads JSON lines {"id", "text"} from standard input; writes one line each:
    {"id", "redacted", "spans": [{"start", "end", "label"}]}, offsets in characters.
    """
    from appliance.redaction.lines import redact_lines
    from appliance.redaction.redactor import Redactor

    redact_lines(sys.stdin, sys.stdout, redactor=Redactor.load())
