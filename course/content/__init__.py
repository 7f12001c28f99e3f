"""Access to lessons, outlines, rendering and publication."""
