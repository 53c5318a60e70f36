"""Enforcement: events open and end deadlines, and the clock takes their steps."""
