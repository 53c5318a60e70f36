class LimitReached(Exception):
    """Somebody has read as much as one may for now: the page says so, and what to do (see RefusalLogMiddleware).

    The message is a sentence in the user's language; `advice` says when it goes on, and whom to ask. Whatever the
    request has written is undone.
    """

    def __init__(self, message: str, advice: str):
        super().__init__(message)
        self.advice = advice
