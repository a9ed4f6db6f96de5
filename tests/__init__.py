"""The promises of the template, and of this repository."""
