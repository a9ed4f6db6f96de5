"""What this repository says of itself, and the rules that it keeps."""
