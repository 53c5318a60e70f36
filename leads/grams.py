"""Finding a part of a name by an index: by its characters, also two, and by how it is said, in pinyin or initials.

Trigrams need three characters, and many Chinese names have two; pairs need two. `Bigrams` is the array of a column's
pairs, which a GIN index holds; `bigrams` are the pairs of what is looked for. A row that has them all is then compared
with the text itself.

`Spelled` is a text-search vector of a column of syllables: what is said from each syllable on, whole and in initials.
For 克来机电 (`syllables`: "ke lai ji dian") these are kelaijidian, laijidian, jidian, dian, kljd, ljd, jd and d, so
that "laiji" and "lj" find it as prefixes and "aij" does not.
"""

import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Func, QuerySet, TextField
from pypinyin import lazy_pinyin

SHORTEST = 2


class Bigrams(Func):
    """The pairs of characters in a text: an immutable function of the database (migration 0001_initial)."""

    function = "leads_bigrams"
    arity = 1
    output_field = ArrayField(TextField())


class Spelled(Func):
    """How a text of syllables is said from each of them on: an immutable function of the database too."""

    function = "leads_spelled"
    arity = 1
    output_field = SearchVectorField()


def bigrams(text: str) -> list[str]:
    """The pairs of characters in `text`, which has at least SHORTEST."""
    return sorted({text[place : place + 2] for place in range(len(text) - 1)})


def syllables(text: str) -> str:
    """How `text` is said, a space between syllables: for sorting, for names that sound the same, and for Spelled."""
    return " ".join(" ".join(lazy_pinyin(text)).lower().split())[:200]


def spelling(text: str) -> SearchQuery | None:
    """What finds `text` as pinyin or initials in a Spelled column; None if it is nothing of the kind."""
    said = re.sub(r"[\s']", "", text.lower())
    if len(said) < SHORTEST or not re.fullmatch("[a-z0-9]+", said):
        return None
    return SearchQuery(f"{said[:24]}:*", config="simple", search_type="raw")


def find_named(rows: QuerySet, field: str, text: str, said: SearchQuery | None) -> QuerySet:
    """Those of `rows` whose `field` has `text` in it, or whose pinyin has `said`.

    A union, because an OR would work out both functions again for every row that an index has found.
    """
    named = rows.alias(grams=Bigrams(field)).filter(grams__contains=bigrams(text))
    if len(text) > SHORTEST:  # two characters are their pair; the planner would reckon with both conditions
        named = named.filter(**{f"{field}__contains": text})
    if said is None:
        return named
    sounding = rows.alias(said=Spelled("pinyin")).filter(said=said)
    return rows.filter(pk__in=named.order_by().values("pk").union(sounding.order_by().values("pk")))
