"""What a copy does to the machine that it runs on, and what the machine can do to it."""
