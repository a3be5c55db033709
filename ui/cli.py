"""The commands. Each is loaded when it is called, so that a small one starts fast."""

import sys
from importlib import import_module
from typing import Final

import click

from storage.errors import NightdeskError
from ui.refused import refusal_of
from ui.uncollected import uncollected

COMMANDS: Final = {
    "demo": "A throw-away desk with sample people, to try everything",
    "init": "Make a desk from a settings file",
    "serve": "Run door, worker and admin in the foreground",
    "link": "A one-time sign-in link for the owner",
    "status": "How the desk is doing",
    "tray": "An icon beside the clock: how the desk is doing, and its keys",
    "doctor": "What is wrong, and what to do about it",
    "verify": "Check database, spool, keyring and log",
    "text": "Send a text through the built-in test phone",
    "sort": "What the rules of intake make of texts (JSON lines)",
    "redact": "What the redactor makes of texts (JSON lines)",
    "search": "Find what people wrote",
    "person": "Everything about one person",
    "close": "Close the desk, with 14 days to change your mind",
    "keys": "The keys, how old they are, and the ways to unlock the desk",
    "backup": "Copy the desk to another disk, now",
    "restore": "Bring a desk back from its backups, with the recovery sheet",
    "drill": "Try whether the newest backup brings the desk back",
    "resume-sending": "After a restore: the old machine is off",
    "undo-upgrade": "Go back to the files from before a new release",
    "archive": "Old texts in sealed files: ask for them, approve, read",
    "keeping": "How long things are kept, and what the next run takes away",
    "audit": "The log, for somebody who must be able to check it without us",
}


class Commands(click.Group):
    """A group whose commands live in files of their own, under ui/commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        # From the closed list above, never from what was typed.
        module = cmd_name.replace("-", "_")
        with uncollected():
            command = getattr(import_module(f"ui.commands.{module}"), module)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except NightdeskError as error:
            tell(error)
            ctx.exit(error.exit_code)
        except OSError as error:
            if (told := refusal_of(error)) is None:
                raise
            tell(told)
            ctx.exit(told.exit_code)


def tell(error: NightdeskError) -> None:
    """Say on standard error what went wrong: code, sentence, what to do."""
    click.echo(f"nightdesk: {error.code}: {error.sentence}", err=True)
    if error.remedy:
        click.echo(f"  what to do: {error.remedy}", err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def nightdesk() -> None:
    """Nightdesk answers a shop's or clinic's texts while it is closed."""


def main() -> None:
    """The entry point."""
    # Windows consoles default to a code page that cannot show what people text.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    nightdesk(prog_name="nightdesk")


if __name__ == "__main__":
    main()
