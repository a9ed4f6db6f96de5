"""What a new project is: its files in the eyes of every tool, and what its workflows may do."""
