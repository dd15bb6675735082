"""The mailbox between the threads: order, what is skipped, when it rings."""

from podd_app.engine.event_queue import EventQueue, QueuedEvent


def test_reports_gather_and_of_posters_and_figures_the_latest_stays() -> None:
    box = EventQueue(lambda: None)
    for number in range(3):
        box.put("steps_reported", number)
        box.put("snapshot", f"poster {number}")
        box.put("statistics", f"figures {number}")
    assert box.take() == [
        QueuedEvent("steps_reported", [0, 1, 2]),
        QueuedEvent("snapshot", "poster 2"),
        QueuedEvent("statistics", "figures 2"),
    ]
    assert box.take() == []


def test_nothing_moves_across_a_milestone() -> None:
    box = EventQueue(lambda: None)
    box.put("steps_reported", 1)
    box.put("snapshot", "before")
    box.put("paused")
    box.put("snapshot", "after")
    box.put("steps_reported", 2)
    assert [(queued_event.kind, queued_event.content) for queued_event in box.take()] == [
        ("steps_reported", [1]),
        ("snapshot", "before"),
        ("paused", None),
        ("snapshot", "after"),
        ("steps_reported", [2]),
    ]


def test_rings_once_until_it_was_emptied() -> None:
    rung: list[int] = []
    box = EventQueue(lambda: rung.append(1))
    box.put("paused")
    box.put("snapshot", 1)
    assert rung == [1]
    assert box.contains("snapshot")
    box.take()
    assert not box.contains("snapshot")
    box.put("steps_reported", 2)
    assert rung == [1, 1]
