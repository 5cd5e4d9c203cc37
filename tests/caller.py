"""Somebody who calls a gateway over HTTP: whole requests, header by header, and answers as they came."""

import http.client
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """`headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        """The data of an answer without errors."""
        answer = self.json
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return list(self.json.get("errors", []))

    @property
    def codes(self) -> set[str]:
        return {error["extensions"]["code"] for error in self.errors}


class Caller:
    """Calls `url` with a token, or with none. Sends header fields exactly as given, also twice."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._host = urlsplit(url).netloc
        self._token = token

    def ask(
        self, query: object, variables: object = None, headers: Headers = (), path: str = "/graphql", **entries: object
    ) -> Answer:
        """A POST of one operation. `entries` are further ones of the body, such as `operationName`."""
        content = {"query": query, **({} if variables is None else {"variables": variables}), **entries}
        return self.post(json.dumps(content), headers, path)

    def post(self, body: bytes | str, headers: Headers = (), path: str = "/graphql") -> Answer:
        return self.send("POST", path, body, [("content-type", "application/json"), *headers])

    def get(self, path: str, headers: Headers = ()) -> Answer:
        return self.send("GET", path, None, headers)

    def send(self, method: str, path: str, body: bytes | str | None, headers: Headers) -> Answer:
        given = list(headers)
        if not any(name.lower() == "host" for name, _ in given):
            given.insert(0, ("host", self._host))
        if self._token is not None:
            given.append(("authorization", f"Bearer {self._token}"))
        content = body.encode() if isinstance(body, str) else body
        if content is not None:
            given.append(("content-length", str(len(content))))
        connection = http.client.HTTPConnection(self._host, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given:
                connection.putheader(name, value)
            connection.endheaders(content)
            response = connection.getresponse()
            headers_back = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers_back, response.read())
        finally:
            connection.close()
