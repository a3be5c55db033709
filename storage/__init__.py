"""The vault: everything at rest, and every way to open it. It knows nothing of the desk's business."""
