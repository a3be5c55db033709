"""How the tables came to be what they are: numbered steps, never edited once released."""
