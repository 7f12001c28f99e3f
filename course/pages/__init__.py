"""Views of the site's pages and the data they show."""
