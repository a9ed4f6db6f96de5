"""What maintainers run: nothing here is part of a project, of the command or of a test."""
