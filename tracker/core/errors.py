"""Everything that can go wrong, as one tree.

    MienError                 a sentence for a person: what happened, what was expected, what to do (exit code 3)
    ├── UsageError            what was asked for makes no sense (exit code 2)
    │   └── UnknownError      it asks for something by a name that nothing has (on the pages: 404)
    ├── PictureError          one picture cannot be read (the others still can: exit code 1)
    ├── BusyError             there is more to do than can be done soon: ask again later (on the pages: 503)
    ├── DataError             a labelled data set is not what it should be (exit code 2)
    └── MissingError          something that is needed is not there (exit code 3)
        ├── ModelError        a model file is absent, damaged, or keeps another contract
        ├── StoreError        the database cannot be opened, read or written
        └── SourceError       a source cannot be opened, or gave out while it ran
            └── SourceLost    it ran and stopped answering: worth trying again

Errors of cv2, onnxruntime, mediapipe, Pillow and SQLAlchemy are translated into these where they enter, with ``from``.
"""

from tracker.core.address import readable, without_secrets

OUR_MISTAKE = "Mien made a mistake; the terminal it was started from says more."
"""What a person is told of an error that is no MienError."""


class MienError(Exception):
    """A sentence for a person; what ends a command and is no wrong use is something missing, if only room on the disk.

    No address in it keeps its password, whoever wrote the sentence.
    """

    exit_code = 3

    def __init__(self, sentence: str = "") -> None:
        super().__init__(readable(without_secrets(sentence)))


class UsageError(MienError):
    """What was asked for makes no sense."""

    exit_code = 2


class UnknownError(UsageError):
    """Nothing has that name, or not any more."""


class PictureError(MienError):
    """One picture cannot be read."""

    exit_code = 1


class BusyError(MienError):
    """There is more to do than can be done soon: ask again later."""


class DataError(MienError):
    """A labelled data set is not what it should be."""

    exit_code = 2


class MissingError(MienError):
    """Something that is needed is not there."""


class ModelError(MissingError):
    """A model file is absent, damaged, or keeps another contract."""


class StoreError(MissingError):
    """The database cannot be opened, read or written."""


class SourceError(MissingError):
    """A source cannot be opened, or gave out while it ran."""


class SourceLost(SourceError):
    """A source ran and stopped answering: worth trying again."""
