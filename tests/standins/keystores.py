"""A keystore in memory, for what is not about keystores."""

from appliance.gateways.keystore import KeystoreError


class KeptInMemory:
    """Keeps what it is given; `failure` is raised instead, when there is one."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.failure: KeystoreError | None = None

    def get(self, name: str) -> bytes | None:
        self._fail()
        return self.kept.get(name)

    def put(self, name: str, value: bytes) -> None:
        self._fail()
        self.kept[name] = value

    def remove(self, name: str) -> None:
        self._fail()
        self.kept.pop(name, None)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
