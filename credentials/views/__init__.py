"""Pages, pictures and files of certificates."""
