"""The workflows, run by act against real indexes on this machine."""
