"""Steps from every released version to the present one, for each of the two files."""
