"""What every store of a mock's state does: the claims are about the interface, and hold for each that there is."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from thoughtly_mock import Entry, MemoryStore, Store, Verdict
from thoughtly_mock.store import count

ENTRY = Entry(1.0, "POST", "/", b"POST / HTTP/1.1\r\n\r\n", b"{}", Verdict.ACCEPTED)
STORES: dict[str, Callable[[], Store]] = {"memory": MemoryStore}


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
def store(request: pytest.FixtureRequest) -> Store:
    made: Store = request.param()
    return made


def append(store: Store, times: int) -> list[int]:
    return [store.append(replace(ENTRY)).number for _ in range(times)]


def test_entries_are_kept_in_their_order_and_numbered_from_one(store: Store) -> None:
    assert append(store, 3) == [1, 2, 3]
    assert [entry.number for entry in store.entries()] == [1, 2, 3]
    assert [entry.number for entry in store.entries(after=1)] == [2, 3]
    assert store.entries(after=3) == store.entries(after=99) == ()


def test_no_number_is_given_twice_not_even_after_everything_was_forgotten(store: Store) -> None:
    append(store, 2)
    store.update("x", lambda _old: 1)
    store.clear()
    assert store.entries() == ()
    assert store.read("x") is None
    assert append(store, 1) == [3]
    assert [entry.number for entry in store.entries(after=2)] == [3]


def test_a_value_is_replaced_by_what_becomes_of_it(store: Store) -> None:
    assert store.read("x") is None
    assert store.update("x", lambda old: [old]) == [None]
    assert store.update("x", lambda old: [*old, 1]) == [None, 1]
    assert store.read("x") == [None, 1]
    assert store.read("y") is None


def test_nobody_comes_between_reading_and_writing(store: Store) -> None:
    def work() -> None:
        for _ in range(500):
            count(store, "x")
            store.append(replace(ENTRY))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read("x") == 2000
    assert [entry.number for entry in store.entries()] == list(range(1, 2001))


def test_memory_keeps_the_newest_entries_only() -> None:
    store = MemoryStore(entries=3)
    append(store, 5)
    assert [entry.number for entry in store.entries()] == [3, 4, 5]
    assert [entry.number for entry in store.entries(after=1)] == [3, 4, 5]
    assert [entry.number for entry in store.entries(after=4)] == [5]


def test_memory_keeps_so_many_bytes_only() -> None:
    store = MemoryStore(size=100_000)
    for _ in range(10):
        store.append(replace(ENTRY, body=b"x" * 30_000))
    assert sum(entry.size for entry in store.entries()) <= 100_000
    assert [entry.number for entry in store.entries()] == [8, 9, 10]
