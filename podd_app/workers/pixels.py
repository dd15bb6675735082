"""Renders posters as pixels for display."""

from podd_app.models.run_messages import RenderedPoster
from podd_engine.data.preprocessing import Preprocessing
from podd_engine.exporters.rendering import deprocess, trained_pixels
from podd_engine.poster.layout import PosterLayout
from podd_engine.runtime.events import PosterSnapshot


def render_poster(
    snapshot: PosterSnapshot, layout: PosterLayout, preprocessing: Preprocessing
) -> RenderedPoster:
    """Render a poster with and without its preprocessing.

    Args:
        snapshot: the poster and its labels.
        layout: geometry of the poster.
        preprocessing: preprocessing of the dataset.
    """
    poster = snapshot.poster
    return RenderedPoster(
        snapshot.step,
        deprocess(poster, layout, preprocessing).poster,
        trained_pixels(poster),
        snapshot.patch_labels,
        (float(poster.min()), float(poster.max())),
        poster,
    )
