"""Several packages in one repository: what a copy makes of each, what a push starts, and what would mix two of them."""
