"""What a running core does to its log when a command asks it."""

from collections.abc import Callable, Mapping
from typing import Any

from appliance.access.sign_in import OWNER
from appliance.desk import Desk
from ui.channel import Message


def log_acts(desk: Desk) -> Mapping[str, Callable[[Message], Mapping[str, Any]]]:
    """Each act by its name."""

    def accept(_: Message) -> Mapping[str, Any]:
        return {"epoch": desk.logbook.accept(OWNER)}

    return {"log-accept": accept}
