"""Creates and closes all services of a session."""

from functools import cached_property

from PySide6.QtCore import QObject

from podd_app.engine.engine_thread import EngineThread
from podd_app.engine.jobs import JobPool
from podd_app.models.preferences import Preferences
from podd_app.models.preset_store import PresetStore
from podd_app.models.session import Session
from podd_app.services.class_order_service import ClassOrderService
from podd_app.services.clip_weights_service import ClipWeightsService
from podd_app.services.dataset_service import DatasetService
from podd_app.services.device_service import DeviceService
from podd_app.services.draft_autosave import DraftAutosave
from podd_app.services.estimate_service import EstimateService
from podd_app.services.example_service import ExampleService
from podd_app.services.export_service import ExportService
from podd_app.services.inspection_service import InspectionService
from podd_app.services.interrupted_runs import InterruptedRuns
from podd_app.services.run_controller import RunController
from podd_app.services.run_files import RunFiles
from podd_app.services.run_library import RunLibrary
from podd_app.services.snapshot_player import SnapshotPlayer


class Services(QObject):
    """Services of one session. Each service is created when it is first used.

    Args:
        session: the session that all services read and change.
        preferences: the preferences of the program.

    Attributes:
        pool: pool that runs the background jobs of all services.
    """

    def __init__(self, session: Session, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.preferences = session, preferences
        self.pool = JobPool(self)
        self._jobs = self.pool.lane()

    def start(self) -> None:
        """Create the services that work without a request of a page."""
        _ = self.run_controller, self.class_orders, self.devices, self.estimates, self.datasets, self.export
        _ = self.draft_autosave
        self.interrupted_runs.scan_later()

    def close(self) -> None:
        """Stop the run and all background work, and wait until all threads and processes have ended.

        Services that start new work are closed first. Unsaved notes are saved last.
        """
        created = self.__dict__
        if "draft_autosave" in created:
            self.draft_autosave.save()
        if "interrupted_runs" in created:
            self.interrupted_runs.close()
        if "run_controller" in created:
            self.run_controller.close()
        if "estimates" in created:
            self.estimates.close()
        self.pool.close()
        if "run_files" in created:
            self.run_files.close()

    @cached_property
    def run_controller(self) -> RunController:
        """Starts, follows and opens runs."""
        return RunController(self.session, EngineThread(parent=self), self._jobs, self)

    @cached_property
    def draft_autosave(self) -> DraftAutosave:
        """Saves the draft after edits."""
        return DraftAutosave(self.session, self.preferences, self)

    @cached_property
    def class_orders(self) -> ClassOrderService:
        """Computes class orders."""
        return ClassOrderService(self.session, self._jobs, self)

    @cached_property
    def devices(self) -> DeviceService:
        """Finds the devices of this computer."""
        return DeviceService(self.session, self._jobs, self)

    @cached_property
    def estimates(self) -> EstimateService:
        """Estimates time and memory of a run."""
        return EstimateService(self.session, self)

    @cached_property
    def datasets(self) -> DatasetService:
        """Lists, downloads and prepares datasets."""
        return DatasetService(self.session, self._jobs, self)

    @cached_property
    def presets(self) -> PresetStore:
        """Lists, saves and deletes presets."""
        return PresetStore(self.session, self)

    @cached_property
    def run_files(self) -> RunFiles:
        """Changes the files of runs."""
        return RunFiles(self.pool.lane(serial=True), self)

    @cached_property
    def run_library(self) -> RunLibrary:
        """Lists the runs on disk."""
        return RunLibrary(self.session, self._jobs, self.run_files, self)

    @cached_property
    def interrupted_runs(self) -> InterruptedRuns:
        """Finds runs that can be resumed."""
        return InterruptedRuns(self.session, self.preferences, self.run_library, self)

    @cached_property
    def snapshot_player(self) -> SnapshotPlayer:
        """Reads the snapshots of the run on screen."""
        return SnapshotPlayer(self.session, self._jobs, self)

    @cached_property
    def inspection(self) -> InspectionService:
        """Computes the data of the inspector."""
        return InspectionService(self.session, self.snapshot_player, self.pool.lane(serial=True), self)

    @cached_property
    def export(self) -> ExportService:
        """Exports a poster."""
        return ExportService(self.session, self._jobs, self)

    @cached_property
    def examples(self) -> ExampleService:
        """Opens example runs."""
        return ExampleService(self.session, self._jobs, self)

    @cached_property
    def clip_weights(self) -> ClipWeightsService:
        """Downloads the CLIP weights."""
        return ClipWeightsService(self.session, self._jobs, self)
