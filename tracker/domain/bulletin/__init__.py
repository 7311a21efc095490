"""通报: the text that a closed review's frozen figures write, its annex tables, and the check before it is made."""
