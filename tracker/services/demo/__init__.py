"""The demonstration bureau's data: who works there, its plan, its figures. All of it is made up."""
