"""Tools for authors and developers; the site never imports them."""
