"""What the pages, the commands and the tray are shown: frozen values, one file a page. Nothing in here reads or decides."""
