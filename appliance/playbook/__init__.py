"""Approved answers: what a desk starts with, and the slots that code fills in."""
