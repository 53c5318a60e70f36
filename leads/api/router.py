from ninja import Router

# One for all modules: Django asks only the first pattern that fits an address, and two of them share /leads.
router = Router(tags=["leads"])
