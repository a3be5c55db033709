"""Finders that need no learning: each reads the folded, lower-case text and says what it found and why.

A find is *sure* when its shape alone, or its shape and the words before it, leave no doubt; the others are hints that
the learnt tagger weighs with the rest of the sentence. No pattern here repeats inside a repetition, and every
repetition is bounded, so that the time is linear in the length of the text.
"""
