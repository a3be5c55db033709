"""What pages, commands and the tray are shown: frozen values, one file a page. Nothing here reads or decides."""
