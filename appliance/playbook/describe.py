"""The business in a few lines, as a drafter is told of it: the same for every thread, and nothing of any customer."""

from appliance.playbook.slots import SlotFacts
from appliance.settings.values import Settings


def describe(settings: Settings, facts: SlotFacts) -> str:
    """Name, kind and place. Hours and the like are filled into answers by code, so they are not told."""
    lines = [f"name: {settings.desk.name}", f"kind of business: {settings.desk.kind.value}"]
    if facts.address:
        lines.append(f"address: {facts.address}")
    lines.append("It is closed now; its people read this when they are back.")
    return "\n".join(lines)
