"""The guide, as a contract that the template is held to."""
