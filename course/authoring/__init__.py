"""What authors do: save, publish, look back, preview."""
