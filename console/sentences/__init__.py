"""What people read: facts in, a sentence of the catalogue out; the same in the window and the terminal."""
