"""`nightdesk sort`: the rules of intake, over JSON lines."""

import sys

import click


@click.command()
def sort() -> None:
    """Sort texts by the rules of intake: opt-out, emergency, junk, language. No network, no desk.

    Reads JSON lines {"id", "text"} from standard input; writes one line each:
    {"id", "optout", "emergency": "life"|"urgent"|"soon"|null, "junk", "language"}.
    """
    from appliance.intake.lines import sort_lines

    sort_lines(sys.stdin, sys.stdout)
