"""The mailbox between the threads: order, what is skipped, when it rings."""

from podd_app.engine.event_queue import Letter, Mailbox


def test_reports_gather_and_of_posters_and_figures_the_latest_stays() -> None:
    box = Mailbox(lambda: None)
    for number in range(3):
        box.put("reported", number)
        box.put("snapshot", f"poster {number}")
        box.put("figures", f"figures {number}")
    assert box.take() == [
        Letter("reported", [0, 1, 2]),
        Letter("snapshot", "poster 2"),
        Letter("figures", "figures 2"),
    ]
    assert box.take() == []


def test_nothing_moves_across_a_milestone() -> None:
    box = Mailbox(lambda: None)
    box.put("reported", 1)
    box.put("snapshot", "before")
    box.put("paused")
    box.put("snapshot", "after")
    box.put("reported", 2)
    assert [(letter.kind, letter.content) for letter in box.take()] == [
        ("reported", [1]),
        ("snapshot", "before"),
        ("paused", None),
        ("snapshot", "after"),
        ("reported", [2]),
    ]


def test_rings_once_until_it_was_emptied() -> None:
    rung: list[int] = []
    box = Mailbox(lambda: rung.append(1))
    box.put("paused")
    box.put("snapshot", 1)
    assert rung == [1]
    assert box.holds("snapshot")
    box.take()
    assert not box.holds("snapshot")
    box.put("reported", 2)
    assert rung == [1, 1]
