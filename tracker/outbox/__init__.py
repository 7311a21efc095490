"""Outgoing mail: queued in the transaction of its cause, rendered there, delivered later."""
