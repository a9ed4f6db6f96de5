"""A stand-in for GitHub, as far as `gh` is used."""
