"""Rotation of every key of a desk: copies of its files under new keys, put in the place of the old ones."""
