"""Courses of other makes (mdBook, Jupyter Book, MkDocs, …) converted into our folder format."""
