"""Tools for the people who write and ship the site; the site never imports them."""
