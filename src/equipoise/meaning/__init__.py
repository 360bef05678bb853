"""What the promise means, answered once for every room."""
