"""Copies of the desk elsewhere: backing up, bringing back, drilling, and which of two machines may send."""
