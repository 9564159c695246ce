"""Phones as the outbox makes them: what was not answered for is sent again, and some of what was, too."""

from __future__ import annotations

import http.client
import json
import random
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

BATCH = 50
REPEATED = 0.3


@dataclass
class Phone(threading.Thread):
    """Sends its visits in batches, oldest first, until each is answered for."""

    port: int
    cookie: str
    place_ids: Sequence[int]
    commissioner_id: int
    count: int
    seed: int
    acknowledged: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    cut: int = 0
    fault: str = ""

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.chance = random.Random(self.seed)  # noqa: S311 - a story's luck
        self.outbox = [self._visit(number) for number in range(self.count)]

    __hash__ = threading.Thread.__hash__

    def _visit(self, number: int) -> dict[str, Any]:
        return {
            "client_id": str(uuid.uuid4()),
            "starts_on": f"2026-{1 + number % 10:02}-{1 + number % 28:02}",
            "place_id": self.chance.choice(self.place_ids),
            "commissioner_ids": [self.commissioner_id],
            "topic": f"第 {number} 次走访",
            "outcome": "看了茶园",
            "kind": "service",
            "confirmed": True,
        }

    def run(self) -> None:
        """Send until the outbox is empty."""
        try:
            while self.outbox:
                batch = self.outbox[:BATCH]
                self._send(batch)
                # Some of what arrived is sent once more, as after an answer that was lost on the way.
                while self.chance.random() < REPEATED:
                    self._send(batch)
        except Exception as error:  # noqa: BLE001 - told to the story that waits for the phone
            self.fault = repr(error)

    def _send(self, batch: list[dict[str, Any]]) -> None:
        """Send a batch as often as it takes until it is answered."""
        while not self._sent(batch):
            pass

    def _sent(self, batch: list[dict[str, Any]]) -> bool:
        """Whether the batch was answered; who was answered for leaves the phone."""
        try:
            answers = self._answers(batch)
        except (OSError, http.client.HTTPException, ValueError):
            self.cut += 1
            threading.Event().wait(0.05)
            return False
        for visit, answer in zip(batch, answers, strict=True):
            assert answer["client_id"] == visit["client_id"]
            assert answer["status"] in {200, 201}, answer
            self.statuses.append(answer["status"])
            self.acknowledged.add(visit["client_id"])
        self.outbox = [one for one in self.outbox if one["client_id"] not in self.acknowledged]
        return True

    def _answers(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Cookie": f"commissioner={self.cookie}"}
            connection.request("GET", "/sync/hello.json", headers=headers)
            hello = connection.getresponse()
            token = json.loads(hello.read())["csrf"]
            own = (hello.getheader("Set-Cookie") or f"commissioner={self.cookie}").split(";")[0]
            headers = {"Cookie": own, "X-CSRFToken": token, "Content-Type": "application/json"}
            connection.request("POST", "/sync/visits.json", json.dumps({"form": 1, "visits": batch}), headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise ValueError(answer.status)
            return list(json.loads(said)["answers"])
        finally:
            connection.close()
