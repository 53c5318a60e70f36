class Unreadable(Exception):
    """The file cannot be read as a list of leads; the message says why. Nothing was written."""
