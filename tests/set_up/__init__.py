"""The steps from a new project to its first release: printed, kept in RELEASING.md, and pasted."""
