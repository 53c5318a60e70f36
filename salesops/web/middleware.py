from salesops import clock


class RequestTimeMiddleware:
    """Reads the clock once per request: `request.now` is the instant at which the request was received."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.now = clock.now()
        return self.get_response(request)
