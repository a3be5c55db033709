"""Tables read by the modules above. A package so that they are installed with it."""
