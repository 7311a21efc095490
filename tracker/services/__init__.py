"""Use cases: one module per thing a person or a job does. They flush; the edge commits."""
