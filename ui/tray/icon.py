"""The icon itself, in whatever the system has for one."""

import logging
import os
import signal
import threading
import webbrowser
from pathlib import Path
from typing import Any, Final

from storage.errors import NightdeskError
from ui.tray.errand import Errand
from ui.tray.menu import Act, Entry
from ui.tray.picture import picture

_LOOK_EVERY_S: Final = 5.0
_ENDS_WITHIN_S: Final = 3.0


class NoTrayError(NightdeskError):
    """Nothing here can show an icon."""

    code = "no-tray"


def show_icon(folder: Path) -> None:
    """Show it until somebody closes it, or SIGTERM or Ctrl-C. Raises NoTrayError."""
    # A desktop without a place for icons fills its log with tracebacks; one may still come, so it goes on.
    logging.getLogger("pystray").addHandler(logging.NullHandler())
    icon = TrayIcon(folder, _pystray())
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: icon.close())
    icon.run()


class TrayIcon:
    """One icon for one desk. `pystray` is the package, once it is known that it loads here."""

    def __init__(self, folder: Path, pystray: Any) -> None:  # noqa: ANN401 - the package has no types
        self._pystray = pystray
        self._closing = threading.Event()
        self._ended = threading.Event()
        self._icon = pystray.Icon("nightdesk", menu=pystray.Menu(self._items))
        self._errand = Errand(folder, browse=webbrowser.open, tell=self._tell)

    def run(self) -> None:
        """Until it is closed. On macOS this must be the main thread."""
        self._refresh()
        self._icon.run(setup=self._watch)
        self._ended.set()
        self._errand.end()

    def close(self) -> None:
        """From any thread, at any time: it ends as soon as it has begun."""
        self._closing.set()

    def _watch(self, _: object) -> None:
        self._icon.visible = True
        while not self._closing.wait(_LOOK_EVERY_S):
            self._refresh()
        self._icon.stop()
        if not self._ended.wait(_ENDS_WITHIN_S):
            # Two threads read from the X server, and the one that waits for the window's end may not be told of it: the
            # icon is gone then, and its loop waits for ever.
            self._errand.end()
            os._exit(0)

    def _refresh(self) -> None:
        self._errand.look()
        self._icon.icon, self._icon.title = picture(self._errand.state), self._errand.title()
        self._icon.update_menu()

    def _items(self) -> list[Any]:
        return [self._item(entry) for entry in self._errand.entries()]

    def _item(self, entry: Entry) -> Any:  # noqa: ANN401
        item, act = self._pystray.MenuItem, entry.act
        if entry.below:
            return item(entry.text, self._pystray.Menu(*map(self._item, entry.below)))
        if act is None:
            return item(entry.text, None, enabled=False)
        return item(entry.text, lambda *_: self._start(act), default=entry.main)

    def _start(self, act: Act) -> None:
        if act is Act.CLOSE:
            self.close()
        else:
            # The system waits for this call, and a rotation takes its time.
            threading.Thread(target=self._do, args=(act,), name=f"tray-{act.value}", daemon=True).start()

    def _do(self, act: Act) -> None:
        self._errand.do(act)
        self._refresh()

    def _tell(self, sentence: str) -> None:
        if self._icon.HAS_NOTIFICATION:
            self._icon.notify(sentence, self._errand.title())


def _pystray() -> Any:  # noqa: ANN401
    try:
        import pystray
    except Exception as error:  # noqa: BLE001 - no display, no library of a desktop: each system fails in its own way
        raise NoTrayError(
            f"no icon can be shown here ({type(error).__name__})",
            remedy="everything is on the pages too (nightdesk link), and in the commands status and keys rotate",
        ) from None
    return pystray
