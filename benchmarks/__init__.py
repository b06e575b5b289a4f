"""Speed, as ratios and bounds measured in one run: `python -m benchmarks`."""
