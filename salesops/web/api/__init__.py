"""The door for other programs: keys, problems, answers that are given once. Each room brings its own endpoints.

A room's `<app>/api/` package adds a router to `site.api`, the way its `menu.py` adds entries to the menu:

    router = Router(tags=["leads"])

    @router.get("/{int:pk}", auth=KeyAuth(Scope.LEADS_READ), url_name="lead", response=LeadOut)
    def lead(request, pk: int): ...

Only cookies open pages, and only keys open this: salesops.web.middleware.NoCookiesMiddleware takes cookies away.
"""
