"""The one place where errors become answers: `application/problem+json` (RFC 9457)."""

import logging
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import asyncpg
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .errors import Invalid, NotFound, Problem, TooLarge, Unavailable, problem_of
from .logs import request_id
from .methods import MethodNotAllowed, methods_at

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


class FieldProblem(BaseModel):
    """One value that was not accepted, and where it stands: `body.title`, `query.limit`."""

    location: str
    message: str


class ProblemBody(BaseModel):
    """What every answer other than success says."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldProblem] | None = None


def respond(problem: Problem, errors: list[FieldProblem] | None = None) -> Response:
    """Put *problem* into its answer."""
    body = ProblemBody(
        type=problem.type,
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        request_id=request_id.get(),
        errors=errors,
    )
    content = body.model_dump(exclude_none=True)
    return JSONResponse(content, problem.status, problem.headers, MEDIA_TYPE)


async def answer_problem(_request: Request, problem: Problem) -> Response:
    """Answer what a route or a dependency raised."""
    return respond(problem)


async def answer_database(_request: Request, error: Exception) -> Response:
    """Answer by the error's meaning; its text goes to the log only."""
    problem = problem_of(error)
    if problem is None:
        raise error
    log.warning("answered %s: %s", problem.status, getattr(error, "orig", None) or error)
    return respond(problem)


async def answer_timeout(_request: Request, error: TimeoutError) -> Response:
    """Answer for a network that swallowed a statement, or a deadline of yours."""
    log.warning("answered 503: %r", error)
    return respond(Unavailable())


async def answer_invalid(_request: Request, error: RequestValidationError) -> Response:
    """Name each value that was not accepted, without repeating it."""
    errors = [
        FieldProblem(
            location=sendable(".".join(map(str, each["loc"]))), message=sendable(each["msg"])
        )
        for each in error.errors()
    ]
    detail = "; ".join(f"{each.location}: {each.message}" for each in errors)
    return respond(Invalid(detail), errors)


def sendable(text: str) -> str:
    """Return *text* without halves of characters, which JSON can name and UTF-8 cannot."""
    return text.encode(errors="replace").decode()


async def answer_framework(request: Request, error: HTTPException) -> Response:
    """Answer what Starlette raised: no such path, a method that is not allowed, and the like."""
    if error.status_code == TooLarge.status:
        return respond(TooLarge())
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return respond(Invalid("The body of the request cannot be read."))
    if error.status_code == NotFound.status:
        return respond(NotFound("There is nothing at this path."))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # Starlette names the methods of one route only; a folder of files has none but this.
        return respond(MethodNotAllowed(methods_at(request.scope) or frozenset({"GET"})))
    phrase = HTTPStatus(error.status_code).phrase
    content = ProblemBody(
        type="about:blank",
        title=phrase,
        status=error.status_code,
        detail=str(error.detail),
        request_id=request_id.get(),
    ).model_dump(exclude_none=True)
    return JSONResponse(content, error.status_code, error.headers, MEDIA_TYPE)


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    Problem: answer_problem,
    SQLAlchemyError: answer_database,
    # A cursor on the server and an event of the engine let the driver's own errors through.
    asyncpg.PostgresError: answer_database,
    asyncpg.InterfaceError: answer_database,
    TimeoutError: answer_timeout,
    RequestValidationError: answer_invalid,
    HTTPException: answer_framework,
}


def schema_of_problems() -> dict[str, Any]:
    """Return the schema of `ProblemBody` in one piece: OpenAPI has no `$defs` to refer to."""
    schema = ProblemBody.model_json_schema()
    schema["properties"]["errors"] = {"type": "array", "items": schema.pop("$defs")["FieldProblem"]}
    return schema


SCHEMA_NAME = "Problem"
SCHEMA = schema_of_problems()
CONTENT = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{SCHEMA_NAME}"}}}

DOCUMENTED: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Anything else: what went wrong, in words for a person.",
        "content": CONTENT,
    }
}


def documented(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Return what `responses=` of a route says of *problems*."""
    return {each.status: {"description": each.title, "content": CONTENT} for each in problems}
