"""One corpus of raw requests through three servers of the same spec, and a page of where their answers differ."""
