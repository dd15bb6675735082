"""Pixels for people."""

from podd_app.models.run_messages import LivePoster
from podd_engine.data.preprocessing import Preprocessing
from podd_engine.export.rendering import see, trained_pixels
from podd_engine.poster.layout import PosterLayout
from podd_engine.runtime.events import PosterSnapshot


def live_poster(snapshot: PosterSnapshot, layout: PosterLayout, preprocessing: Preprocessing) -> LivePoster:
    """A poster as people see it, and as networks are trained on it."""
    poster = snapshot.poster
    return LivePoster(
        snapshot.step,
        see(poster, layout, preprocessing).poster,
        trained_pixels(poster),
        snapshot.patch_labels,
        (float(poster.min()), float(poster.max())),
        poster,
    )
