"""How the junk classifier is made: invented texts, public ham and spam, and the training script. Not loaded at run time."""
