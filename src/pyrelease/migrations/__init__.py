"""What an update does besides merging files, each in a module that runs once in the project."""
