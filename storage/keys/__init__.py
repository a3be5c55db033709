"""Keys: how a desk is unlocked, the keys it then has, and what each of them may do. No database here."""
