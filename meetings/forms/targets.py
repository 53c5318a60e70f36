from collections.abc import Iterable, Mapping
from decimal import Decimal

from django import forms

from leads.figures import Figure, Unit
from salesops.web.forms import EditForm


def targets_form(data, *, rows: Iterable, figures: Iterable[Figure], on_file: Mapping[str, Decimal | None]) -> EditForm:
    """A grid: a number for each row (a team, its people) and figure. What stays empty the product divides."""
    fields = {cell_name(row.whose, figure): _field(row, figure) for row in rows for figure in figures}
    kind = type("TargetsForm", (EditForm,), {**fields})  # the class takes its fields out of what it is given
    return kind(data, on_file={name: _plain(on_file.get(name)) for name in fields}, auto_id="target_%s")


def cell_name(whose: str, figure: Figure) -> str:
    """How a field is called: "person-7-calls"."""
    return f"{whose.replace('=', '-')}-{figure.key}"


def _field(row, figure: Figure) -> forms.DecimalField:
    return forms.DecimalField(
        label=f"{row.name} · {figure.title}",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2 if figure.unit == Unit.YUAN else 0,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "class": "form-control"}),
    )


def _plain(number: Decimal | None) -> Decimal | None:
    """Without zeros after the point, as it is typed."""
    return None if number is None else number.quantize(Decimal(1)) if number == number.to_integral() else number
