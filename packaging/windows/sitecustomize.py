"""What Python meets on Windows and not on Wine 8: put beside the libraries of the trial Windows."""

import _winapi
import errno
import msvcrt

if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2  # not implemented: it ends the process

_locking = msvcrt.locking


def locking(fd: int, mode: int, n: int) -> None:
    """Wine leaves no error number; Windows says EACCES."""
    try:
        _locking(fd, mode, n)
    except OSError as faute:
        raise OSError(faute.errno or errno.EACCES, "Permission denied") from None


msvcrt.locking = locking
