"""Whoever wrote a package may mean harm or be careless: it is read within bounds, and nothing of it is run."""
