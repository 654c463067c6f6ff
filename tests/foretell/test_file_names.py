import pytest

from foretell.file_names import told_apart


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a/clip.mp4"], ["clip.mp4"]),
        (["a/clip.mp4", "b/talk.mp4"], ["clip.mp4", "talk.mp4"]),
        (["a/clip.mp4", "b/clip.mp4"], ["a/clip.mp4", "b/clip.mp4"]),
        (
            ["a/1/clip.mp4", "b/1/clip.mp4", "b/2/clip.mp4"],
            ["a/1/clip.mp4", "b/1/clip.mp4", "2/clip.mp4"],
        ),
        (["clip.mp4", "b/clip.mp4", "x.mp4"], ["clip.mp4", "b/clip.mp4", "x.mp4"]),
        (["C:\\a\\clip.mp4", "C:\\b\\clip.mp4"], ["a/clip.mp4", "b/clip.mp4"]),
        (["clip.mp4", "clip.mp4"], ["clip.mp4", "clip.mp4"]),
        ([], []),
    ],
)
def test_names_tell_files_apart(paths: list[str], names: list[str]) -> None:
    assert told_apart(paths) == names
