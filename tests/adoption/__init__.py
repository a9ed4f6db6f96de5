"""Packages that exist, and get the release pipeline."""
