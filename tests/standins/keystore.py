"""A keystore in memory, which can be told to fail."""

from appliance.gateways.keystore import KeystoreLockedError


class KeystoreInMemory:
    """Keeps by name for as long as the test lasts."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.locked = False

    def get(self, name: str) -> bytes | None:
        self._ask()
        return self.kept.get(name)

    def put(self, name: str, value: bytes) -> None:
        self._ask()
        self.kept[name] = value

    def remove(self, name: str) -> None:
        self._ask()
        self.kept.pop(name, None)

    def _ask(self) -> None:
        if self.locked:
            raise KeystoreLockedError("the keystore is locked")
