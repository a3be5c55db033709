"""The icon beside the clock: how the desk is doing, its pages, its keys. Commands and pages say the same."""
