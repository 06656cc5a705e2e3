"""What Storage answers when it does not do as it is told.

Nearly everything is HTTP 400; the status that it means stands in the body, as text.
"""

from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
import jwt
from starlette.responses import JSONResponse, Response


class StorageError(Exception):
    """A refusal, with all that a client is told of it."""

    def __init__(self, status: int, error: str, message: str, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message
        self.code = code

    def response(self) -> Response:
        """Return it as the clients of Storage expect it."""
        body = {
            "statusCode": str(self.status),
            "error": self.error,
            "message": self.message,
            "code": self.code,
        }
        return JSONResponse(body, 500 if self.status == 500 else 400)  # noqa: PLR2004


class NoApiKey(Exception):
    """The gateway before Storage lets nobody in without a key of the project."""


def refused() -> StorageError:
    """No policy lets the caller do this."""
    message = "new row violates row-level security policy"
    return StorageError(403, "Unauthorized", message, "AccessDenied")


def unauthorized(reason: str) -> StorageError:
    """The caller's token is none."""
    return StorageError(403, "Unauthorized", reason, "AccessDenied")


def no_object() -> StorageError:
    """It is not there, or not for the caller."""
    return StorageError(404, "not_found", "Object not found", "NoSuchKey")


def no_bucket() -> StorageError:
    """It is not there, or not for the caller."""
    return StorageError(404, "Bucket not found", "Bucket not found", "NoSuchBucket")


def object_exists() -> StorageError:
    """The name is taken."""
    return StorageError(409, "Duplicate", "The resource already exists", "KeyAlreadyExists")


def bucket_exists() -> StorageError:
    """The name is taken."""
    return StorageError(409, "Duplicate", "The resource already exists", "BucketAlreadyExists")


def bucket_not_empty() -> StorageError:
    """Objects are in it."""
    message = "The bucket you tried to delete is not empty"
    return StorageError(409, "ResourceNotEmpty", message, "ResourceNotEmpty")


def too_large() -> StorageError:
    """There is more of it than the bucket takes."""
    message = "The object exceeded the maximum allowed size"
    return StorageError(413, "Payload too large", message, "EntityTooLarge")


def wrong_type(mime_type: str) -> StorageError:
    """It calls itself something that the bucket does not take."""
    message = f"mime type {mime_type} is not supported"
    return StorageError(415, "invalid_mime_type", message, "InvalidMimeType")


def invalid_key(key: str) -> StorageError:
    """Nothing may be called that."""
    return StorageError(400, "InvalidKey", f"Invalid key: {key}", "InvalidKey")


def invalid_bucket_name() -> StorageError:
    """No bucket may be called that."""
    return StorageError(400, "InvalidBucketName", "Bucket name invalid", "InvalidBucketName")


def invalid_request(reason: str) -> StorageError:
    """The request has not the form that it should."""
    return StorageError(400, "Error", reason, "InvalidRequest")


def invalid_parameter(reason: str) -> StorageError:
    """A value has not the form that it should."""
    return StorageError(400, "InvalidParameter", reason, "InvalidParameter")


def no_content(reason: str = "No content provided") -> StorageError:
    """The upload has no file in it, or not all of it."""
    return StorageError(400, "InvalidRequest", reason, "InvalidRequest")


def not_yours() -> StorageError:
    """It is there, and somebody else's."""
    return StorageError(403, "Unauthorized", "Access denied", "AccessDenied")


def invalid_token(error: jwt.InvalidTokenError) -> StorageError:
    """The token of a signed URL is none."""
    return StorageError(400, "InvalidJWT", reason_of(error), "InvalidJWT")


def invalid_signature(reason: str = "Invalid signature") -> StorageError:
    """The token of a signed URL was made for another one."""
    return StorageError(400, "InvalidSignature", reason, "InvalidSignature")


def reason_of(error: jwt.InvalidTokenError) -> str:
    """Say what is wrong with a token, in the words of the library that Storage uses."""
    match error:
        case jwt.ExpiredSignatureError():
            return '"exp" claim timestamp check failed'
        case jwt.ImmatureSignatureError():
            return '"nbf" claim timestamp check failed'
        case jwt.InvalidSignatureError():
            return "signature verification failed"
        case jwt.InvalidAlgorithmError():
            return '"alg" (Algorithm) Header Parameter value not allowed'
        case _:
            return "Invalid Compact JWS"


BY_SQLSTATE = {
    "23503": no_bucket,  # foreign_key_violation
    "23505": object_exists,  # unique_violation
}


def refusal_of(error: asyncpg.PostgresError) -> StorageError:
    """Say what the database refuses as Storage says it."""
    match error.sqlstate, error.message:
        case "42501", str(message) if "row-level security" not in message:
            return unauthorized(message)  # no grant, or no member of the role
        case "42501", _:
            return refused()
        case "22P02", message:  # invalid_text_representation: such as a `sub` that is no UUID
            return invalid_parameter(message or "Invalid value format or type conversion failed")
        case state, _ if state in BY_SQLSTATE:
            return BY_SQLSTATE[state]()
        case state, _:
            reason = f"database error, code: {state}"
            return StorageError(500, "DatabaseError", reason, "DatabaseError")


@contextmanager
def translated() -> Generator[None]:
    """Turn what the database refuses into a refusal of Storage."""
    try:
        yield
    except asyncpg.PostgresError as error:
        raise refusal_of(error) from error
