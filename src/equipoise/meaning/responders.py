"""Who responded: which rows of which dataset, by which reader, under which condition."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.errors import InputError
from equipoise.protocol.model import Endpoint, Protocol

INVESTIGATOR = "investigator"
TUMOR_RESPONSES = "ADRS"
BEST, RESPONDED = "BOR", ("CR", "PR")


@dataclass(frozen=True, slots=True)
class Responder:
    """A subject with a row of `data` that has the parameter, the reader and the condition.

    reader : whose readings count, in the protocol's word; None where the data have no readers
    """

    data: str
    parameter: str | None
    reader: str | None
    condition: str

    @property
    def is_best_response(self) -> bool:
        """Whether CR or PR at any scan decides, unconfirmed."""
        is_best = (self.data, self.parameter) == (TUMOR_RESPONSES, BEST)
        return is_best and self.condition == f"AVALC in {RESPONDED}".replace("'", '"')


def reader_of(endpoint: Endpoint) -> str | None:
    """Whose readings an endpoint uses, or None if it does not rest on tumor readings."""
    return (endpoint.recist.reader or INVESTIGATOR) if endpoint.recist else None


def responder_of(protocol: Protocol, name: str) -> Responder:
    """Who is a responder of an endpoint. Raises InputError if the endpoint does not say.

    Responses without options of their own are the investigator's, unless only one other reads.
    """
    endpoint = protocol.endpoints[name]
    if endpoint.responder is None:
        raise InputError(f'endpoint "{name}": say who is a `responder`')
    data = endpoint.data or TUMOR_RESPONSES
    reader = (reader_of(endpoint) or _only_reader(protocol)) if data == TUMOR_RESPONSES else None
    return Responder(data, endpoint.parameter, reader, endpoint.responder)


def _only_reader(protocol: Protocol) -> str:
    found = {reader for e in protocol.endpoints.values() if (reader := reader_of(e)) is not None}
    return next(iter(found)) if len(found) == 1 else INVESTIGATOR
