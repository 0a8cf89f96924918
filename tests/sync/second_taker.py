"""What a reader makes of files one after another, by ``app/sync/FORMAT.md`` alone: its checks 23–25 and the machines that files name."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

from cryptography.exceptions import InvalidSignature

from tests.sync.reader import Entries, Stop, fits, need, read, verify


def judge(data: bytes, own: str, keys: dict[str, Any], before: list[bytes] | None = None) -> str:
    """Give ``ok`` or the code of the first check that fails, for a reader at office ``own`` that has ``keys``.

    ``before``: all that it took before, for the last checks, which are not made without.
    """
    taken: list[tuple[dict[str, Any], Entries]] = []
    try:
        for one in (*(before or ()), data):
            manifest, found = read(one, own, keys)
            if before is not None:
                last(manifest, found, taken)
                keys = keys | {"machines": known(found, keys["machines"])}
            taken.append((manifest, found))
    except Stop as stop:
        return str(stop)
    return "ok"


def known(entries: Entries, machines: dict[str, Any]) -> dict[str, Any]:
    """Give the machines that a reader knows who took a file: earlier identities of its machine too, each by its own signature."""
    found = dict(machines)
    for head, said, _ in entries:
        if head["ty"] == "device.earlier" and fits(said, "earlier") and said["device"] not in machines:
            with suppress(InvalidSignature):
                verify(said["public"], said["proof"], b"NNP1-EARLIER\0" + head["d"].encode())
                found[said["device"]] = found[head["d"]] | {"public": said["public"]}
    return found


def last(manifest: dict[str, Any], entries: Entries, taken: list[tuple[dict[str, Any], Entries]]) -> None:
    known = [one for _, before in taken for one in before]
    here = {head["n"]: hash_ for head, _, hash_ in known if head["d"] == manifest["chain_device"]}
    numbers = {(one["device"], one["bundle_no"]): one["bundle_id"] for one, _ in taken}
    links = {manifest["from_seq"] - 1: manifest["prev_hash"]} | {head["n"]: hash_ for head, _, hash_ in entries}
    need(all(here.get(number, hash_) == hash_ for number, hash_ in links.items()), "S09")  # 23
    need(numbers.get((manifest["device"], manifest["bundle_no"]), manifest["bundle_id"]) == manifest["bundle_id"], "S09")
    need(manifest["from_seq"] <= max(here, default=0) + 1, "S08")  # 24
    fresh = [head for head, _, _ in entries if head["n"] not in here]
    need(fresh, "S07")
    types = {head["r"]: head["ty"] for head, _, _ in known if head["k"] == "put"}  # 25
    need(all(types.setdefault(head["r"], head["ty"]) == head["ty"] for head in fresh if head["k"] == "put"))
    need(all(head["lc"] <= max((one["lc"] for one, _, _ in known), default=0) + 2**32 for head in fresh))
    need(Counter(head["ty"] for head, _, _ in entries) == manifest["counts"])
