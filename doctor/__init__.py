"""Look a project over: what would make its next release fail, and what to do about it."""
