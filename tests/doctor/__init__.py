"""What the doctor finds in a project, and what it leaves alone."""
