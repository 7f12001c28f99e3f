"""Threads and the comments in them."""
