"""What was decided: shown, asked about, taken back and exported."""
