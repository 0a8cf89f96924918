"""Keys without the wait: a key costs a quarter of a second at the least that is accepted, and every command unlocks one."""

from __future__ import annotations

import functools

from db import key_slots

machine_memory = key_slots.machine_memory
"""What the program asks for the memory of the machine, as it is outside of the tests."""


def derive_once() -> None:
    """Derive each key once a process, from the same secret, salt and cost, and give new keys the least cost that is accepted.

    What comes out is what the program derives, so nothing that is tested changes but the time.
    """
    key_slots.derive = functools.cache(key_slots.derive)
    key_slots.machine_memory = lambda: 0  # a machine that does not say its memory gets the least
