"""What the program does with records. Plain functions over an open database; no Qt."""
