"""`nightdesk close`: close the desk, with fourteen days to change one's mind."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from appliance.keeping.closing import TERM_DAYS
from ui.commands.options import answer, home_option, json_option, must_have_a_folder, passphrase_option
from ui.deleting_desk import asking


@click.command()
@click.option("--reopen", is_flag=True, help="Change your mind: go on as before.")
@click.option("--state", is_flag=True, help="Only say where it stands.")
@click.option(
    "--certificate-out", type=click.Path(dir_okay=False, path_type=Path), help="Write the certificate of a closed desk."
)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@home_option
@passphrase_option
@json_option
def close(
    reopen: bool,
    state: bool,
    certificate_out: Path | None,
    yes: bool,
    home: Path,
    desk_name: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Close the desk: in 14 days every person's key is destroyed, and nothing that anybody wrote opens again.

    Until then texts are taken in and kept, nothing is answered by itself, and `close --reopen` goes on as before. The
    term runs while the desk is served. Times, counts and the log are kept.
    """
    with asking(home, desk_name, passphrase_file) as asks:
        if certificate_out is not None:
            must_have_a_folder(certificate_out)
            certificate_out.write_text(str(asks({"do": "desk-closing-certificate"})["text"]), encoding="utf-8")
        if not (reopen or state or certificate_out or yes):
            click.confirm(f"Close this desk? For {TERM_DAYS} days it can be undone.", abort=True, err=True)
        act = "desk-reopen" if reopen else "desk-closing" if state or certificate_out else "desk-close"
        told = asks({"do": act})
    answer(as_json, told, _sentence(told))


def _sentence(told: Any) -> str:  # noqa: ANN401 - what the core answered
    if told["closed_at"]:
        return f"The desk was closed for good on {_day(told['closed_at'])}."
    if told["closes_at"]:
        return f"The desk closes for good on {_day(told['closes_at'])}. Until then: nightdesk close --reopen"
    return "The desk is not being closed."


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
