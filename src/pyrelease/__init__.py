"""The release pipeline of the PyPA guide: what it shall be, what is found in a folder, and the command that compares."""
