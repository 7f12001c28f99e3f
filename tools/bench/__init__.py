"""Benchmark of the site: `python -m tools.bench` (or `make bench`) writes docs/performance.md.

It starts a temporary Postgres and the site's server on one core and sends the load from another.
Every rate is also given as a ratio to a view that returns a constant of the same size under the
same server, so that results from different machines can be compared.
"""
