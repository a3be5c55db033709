"""Finding what people wrote: keeping the index up to date, and searching in it."""
