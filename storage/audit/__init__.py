"""The log: canonical leaves, the tree over them, signed checkpoints. It holds no words and no names."""
