"""What the status page says of the keeping times, and of a desk that is being closed."""

from typing import Final

from appliance.keeping.retention import Keeper, last_run
from appliance.views.status import Part
from storage.meta import Meta
from storage.vault import Transaction

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "clock-jumped": (
        "The clock jumped by over two days, or the desk was off as long. Nothing old is deleted until somebody looked.",
        "Look at the clock of this machine, then say so on the page 'How long we keep things'.",
    ),
    "keeping-shorter": (
        "The settings say to keep things for a shorter time. It is not done yet, since it cannot be undone.",
        "Look at the page 'How long we keep things': say yes there, or change the settings back within three days.",
    ),
    "keeping": ("Old things could not be deleted as the keeping times say.", "Run: nightdesk doctor"),
    "keeping-late": ("For more than a day nothing was deleted as the keeping times say.", "Restart the desk."),
}


def part(keeper: Keeper, tx: Transaction) -> Part:
    """When old things were last deleted."""
    last, trouble = last_run(tx), keeper.trouble()
    if last is None:
        return Part("Keeping times", not trouble, "The first look at what is old is still to come.")
    count = sum(last.removed.values())
    things = (
        "1 thing was past its time, and went." if count == 1 else f"{count:,} things were past their time, and went."
    )
    return Part("Keeping times", not trouble, things if count else "Nothing was past its time.", last.at)


def closing_parts(tx: Transaction) -> tuple[Part, ...]:
    """That the desk is being closed, or is: then nobody is answered, and whoever looks must see why."""
    if closed := tx.meta.number(Meta.CLOSED):
        return (
            Part("Closing", ok=False, sentence="The desk is closed for good. What comes is not read.", since=closed),
        )
    if asked := tx.meta.number(Meta.CLOSING):
        said = (
            "Somebody began to close the desk for good. Nothing is answered by itself any more. "
            "For 14 days the page 'Closing the desk' or `nightdesk close --reopen` goes on as before."
        )
        return (Part("Closing", ok=False, sentence=said, since=asked),)
    return ()
