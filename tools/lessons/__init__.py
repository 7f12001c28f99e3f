"""Execute the code samples of the lessons and keep their captured output up to date."""
