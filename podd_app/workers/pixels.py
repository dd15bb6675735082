"""Pixels for people."""

from podd_app.models.run_messages import RenderedPoster
from podd_engine.data.preprocessing import Preprocessing
from podd_engine.exporters.rendering import deprocess, trained_pixels
from podd_engine.poster.layout import PosterLayout
from podd_engine.runtime.events import PosterSnapshot


def render_poster(
    snapshot: PosterSnapshot, layout: PosterLayout, preprocessing: Preprocessing
) -> RenderedPoster:
    """A poster as people see it, and as networks are trained on it."""
    poster = snapshot.poster
    return RenderedPoster(
        snapshot.step,
        deprocess(poster, layout, preprocessing).poster,
        trained_pixels(poster),
        snapshot.patch_labels,
        (float(poster.min()), float(poster.max())),
        poster,
    )
