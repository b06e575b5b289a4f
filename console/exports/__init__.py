"""Files for a spreadsheet or another program: what stands in them, and how they are put in place. For window and terminal."""
