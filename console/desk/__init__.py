"""What a moderator can do, a verb a function: the one door for window and command line."""
