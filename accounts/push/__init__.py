"""Web push: which services, keys, devices, and delivery by the background worker."""
