"""Rules of the annual plan: standard library only, values in, values out."""
