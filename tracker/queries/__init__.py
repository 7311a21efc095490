"""The read side: SQL in, small frozen rows out. A module is named after the question it answers."""
