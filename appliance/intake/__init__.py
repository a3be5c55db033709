"""What is recognised in a text by rule, before anybody or any model reads it; and the step that stores it."""
