"""What a command says when it needs a running desk and there is none."""

from storage.errors import NightdeskError


class NotRunningError(NightdeskError):
    """Nobody answers for this desk."""

    code = "not-running"
