"""How the tagger is made: lexica, generated texts, training. Nothing here runs in the product."""
