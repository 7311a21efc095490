"""The scheduler: an alarm clock in a process of its own. What is due comes from the database."""
