"""Finding words again: which texts are still to be put into the index, what was typed, and the index itself."""
