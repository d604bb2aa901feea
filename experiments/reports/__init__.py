"""What people read: one accessible page with its charts, made from stored tables alone."""
