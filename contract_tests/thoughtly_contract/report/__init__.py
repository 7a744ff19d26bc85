"""What a run tells: on the terminal, as JSON, as a page, and to GitHub."""
