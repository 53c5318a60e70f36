"""Finding a part of a name by an index, also when it has two characters, as many Chinese names have.

Trigrams need three characters; pairs need two. `Bigrams` is the array of a column's pairs, which a GIN index holds;
`bigrams` are the pairs of what is looked for. A row that has them all is then compared with the text itself.
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

SHORTEST = 2


class Bigrams(Func):
    """The pairs of characters in a text: an immutable function of the database (migration 0004_search)."""

    function = "leads_bigrams"
    arity = 1
    output_field = ArrayField(TextField())


def bigrams(text: str) -> list[str]:
    """The pairs of characters in `text`, which has at least SHORTEST."""
    return sorted({text[place : place + 2] for place in range(len(text) - 1)})
