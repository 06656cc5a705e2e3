"""What serving HTTP needs from the environment."""

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ..settings import CommaSeparated, EnvironmentSettings
from .origins import origin, pattern


class HttpSettings(EnvironmentSettings):
    """What comes in over HTTP, and how it is logged."""

    cors_origins: CommaSeparated = []
    """Origins whose pages may call this service, separated by commas: https://app.example.com
    * alone lets every page call it; a page never sends a token that it was not given."""

    cors_origin_pattern: CommaSeparated = []
    """The same for origins that are not known before, as of preview deployments; a * stands for a
    part of a name between two dots: https://my-app-*-my-team.vercel.app"""

    max_request_bytes: Annotated[int, Field(ge=1)] = 1024 * 1024
    """The largest body that a request may have, in bytes."""

    trusted_proxies: CommaSeparated = []
    """The addresses or networks of the proxies in front, separated by commas: 10.0.0.0/8. Only
    their X-Forwarded-For and X-Forwarded-Proto are believed. Your platform's documentation."""

    log_format: Literal["text", "json"] = "text"
    """text for people, json for log collectors."""

    @field_validator("cors_origins")
    @classmethod
    def _browsers_send_these(cls, origins: list[str]) -> list[str]:
        if origins == ["*"]:
            return origins
        if "*" in origins:
            raise ValueError("has * beside other origins; write * alone, or leave it out")
        return [origin(each) for each in origins]

    @field_validator("cors_origin_pattern")
    @classmethod
    def _only_yours_match(cls, patterns: list[str]) -> list[str]:
        return [pattern(each) for each in patterns]

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_known(cls, proxies: list[str]) -> list[str]:
        for proxy in proxies:
            try:
                network = ip_network(proxy)
            except ValueError:
                raise ValueError(
                    "has a part that is no address and no network, such as 10.0.0.0/8"
                ) from None
            if network.prefixlen == 0:
                raise ValueError("trusts everybody; name the networks that your proxies are in")
        return proxies
