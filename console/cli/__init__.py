"""The command line: the window's equal. It runs without Qt installed."""
