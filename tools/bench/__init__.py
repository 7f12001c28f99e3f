"""Measure the site: `python -m tools.bench` (or `make bench`) writes docs/performance.md.

One run starts a throwaway Postgres and the site's own server on one core and sends the load from
another. Every number is also given as a ratio to a view that returns a constant of the same size
under the same server, so that tables from different machines can be compared.
"""
