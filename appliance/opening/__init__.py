"""Opening a desk: the store with its keys first, then each part once, handed what it may use."""
