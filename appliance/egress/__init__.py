"""The one way out: every departure has a permission, an entry in the ledger and a barrier opened for it alone."""
