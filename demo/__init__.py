"""The demo company: above all rooms, imported by none of them.

`company` makes the people, `history` lets them work for two weeks by the product's own actions under a moved clock,
`duties` says how each kind of duty is done, `live` leaves something to watch in the first minutes.
"""

PASSWORD = "salesops-demo"
