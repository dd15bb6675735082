"""Files and folders that operating systems, network drives and programs create among the files of a user."""

import unicodedata

_FOLDERS = frozenset(
    {
        "$recycle.bin",
        "recycler",
        "recycled",
        "system volume information",
        "found.000",
        "__macosx",
        "network trash folder",
        "temporary items",
        "thevolumesettingsfolder",
        "lost+found",
        "@eadir",
        "#recycle",
        "#snapshot",
        "@recycle",
        "@recently-snapshot",
        "@sharebin",
        "@sharesnap",
        "@tmp",
        "@transcode",
        "@__thumb",
        "__pycache__",
    }
)
_FILES = frozenset(
    {
        "thumbs.db",
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "desktop.ini",
        "picasa.ini",
        "icon\r",
        "zbthumbnail.info",
        "pspbrwse.jbf",
    }
)


def is_system_folder(name: str) -> bool:
    """Return whether a folder with this name is hidden or contains no files of the user."""
    return name.startswith(".") or _folded(name) in _FOLDERS


def is_system_file(name: str) -> bool:
    """Return whether a file with this name is hidden or was created by the system."""
    return name.startswith(".") or _folded(name) in _FILES


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
