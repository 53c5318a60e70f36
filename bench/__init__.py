"""Speed, measured and never asserted: `make bench` prints one JSON object a line."""
