"""Event queue: order, coalescing and notification."""

from podd_app.engine.event_queue import EventQueue, QueuedEvent


def test_reports_accumulate_and_latest_poster_and_statistics_are_kept() -> None:
    queue = EventQueue(lambda: None)
    for number in range(3):
        queue.put("steps_reported", number)
        queue.put("snapshot", f"poster {number}")
        queue.put("statistics", f"statistics {number}")
    assert queue.take() == [
        QueuedEvent("steps_reported", [0, 1, 2]),
        QueuedEvent("snapshot", "poster 2"),
        QueuedEvent("statistics", "statistics 2"),
    ]
    assert queue.take() == []


def test_no_event_moves_across_a_barrier() -> None:
    queue = EventQueue(lambda: None)
    queue.put("steps_reported", 1)
    queue.put("snapshot", "before")
    queue.put("paused")
    queue.put("snapshot", "after")
    queue.put("steps_reported", 2)
    assert [(queued_event.kind, queued_event.content) for queued_event in queue.take()] == [
        ("steps_reported", [1]),
        ("snapshot", "before"),
        ("paused", None),
        ("snapshot", "after"),
        ("steps_reported", [2]),
    ]


def test_notifies_once_until_queue_is_emptied() -> None:
    notifications: list[int] = []
    queue = EventQueue(lambda: notifications.append(1))
    queue.put("paused")
    queue.put("snapshot", 1)
    assert notifications == [1]
    assert queue.contains("snapshot")
    queue.take()
    assert not queue.contains("snapshot")
    queue.put("steps_reported", 2)
    assert notifications == [1, 1]
