"""Documents in and out of the program: what offices send in, what they are sent."""
