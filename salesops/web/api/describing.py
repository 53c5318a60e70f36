"""The description of the API: as OpenAPI for programs, and as a page for the people who write them."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from salesops.people.models import Scope

from .problems import KINDS
from .site import api

PREFIX = "api/v1/"
_WORDS = ("summary", "description")


@require_safe
def openapi(request):
    """GET /api/v1/openapi.json, in the language that the caller accepts."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})


def schema() -> dict:
    """The OpenAPI description in the active language."""
    return _translated(api.get_openapi_schema(path_prefix=PREFIX))


def _translated(part):
    if isinstance(part, dict):
        return {
            name: _(value) if name in _WORDS and isinstance(value, str) and value else _translated(value)
            for name, value in part.items()
        }
    return [_translated(each) for each in part] if isinstance(part, list) else part


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    summary: str
    text: str
    scope: str
    fields: list[Field]
    curl: str

    @property
    def anchor(self) -> str:
        return f"{self.method}{self.path}".lower().replace("/", "-").replace("{", "").replace("}", "")


def developers(request):
    """How another program brings leads in and reads them, with examples that can be copied."""
    described = schema()
    parts = described["components"]["schemas"]
    endpoints = [
        _endpoint(path, method, operation, parts)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    context = {"endpoints": endpoints, "scopes": Scope.choices, "problems": KINDS.items(), "language": get_language()}
    return render(request, "web/developers.html", context | {"base": settings.BASE_URL})


def _endpoint(path: str, method: str, operation: dict, parts: dict) -> Endpoint:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    body = parts.get(body.get("$ref", "").rpartition("/")[2], body)
    asked = [_field(each["name"], each["schema"], each["required"], parts) for each in operation["parameters"]]
    required = body.get("required", [])
    asked += [_field(name, each, name in required, parts) for name, each in body.get("properties", {}).items()]
    return Endpoint(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=operation.get("description", ""),
        scope=operation.get("x-scope", ""),
        fields=asked,
        curl=_curl(method.upper(), path, operation.get("x-example")),
    )


def _field(name: str, part: dict, required: bool, parts: dict) -> Field:
    options = [each for each in part.get("anyOf", [part]) if each.get("type") != "null"]
    one = options[0] if options else part
    one = parts.get(one.get("$ref", "").rpartition("/")[2], one)
    kind = " | ".join(map(str, one["enum"])) if "enum" in one else one.get("format") or one.get("type", "")
    return Field(name, kind, required, part.get("description", ""))


def _curl(method: str, path: str, example) -> str:
    """A call as one types it into a shell."""
    lines = [f"curl {settings.BASE_URL}{path.replace('{pk}', '1')}", '-H "Authorization: Bearer $SALESOPS_KEY"']
    if method == "POST":
        lines[0] = lines[0].replace("curl ", "curl -X POST ")
        lines += ['-H "Content-Type: application/json"', '-H "Idempotency-Key: $(uuidgen)"']
        lines.append(f"-d '{json.dumps(example, ensure_ascii=False)}'")
    return " \\\n  ".join(lines)
