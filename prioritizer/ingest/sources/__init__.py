"""What the user named: found lazily, and handed out in batches."""
