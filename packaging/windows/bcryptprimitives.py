"""Writes the ``bcryptprimitives.dll`` that Wine 8 lacks and Windows has: Rust wheels import it.

One function, ``ProcessPrng``, forwarded to the one of advapi32 that does the same
(``SystemFunction036``, that is RtlGenRandom): a library of headers and names, without code.
See the PE format, « Export Directory Table » and « Export Address Table » (forwarder RVA).
"""

import struct
import sys
from pathlib import Path

DEBUT, ALIGNEMENT = 0x1000, 0x200
NOM, FONCTION, RENVOI = b"bcryptprimitives.dll\0", b"ProcessPrng\0", b"advapi32.SystemFunction036\0"


def library() -> bytes:
    """The file's bytes."""
    adresses = DEBUT + 40
    nom = adresses + 4 + 4 + 2 + 2
    fonction = nom + len(NOM)
    renvoi = fonction + len(FONCTION)
    exports = struct.pack(
        "<IIHHIIIIIII", 0, 0, 0, 0, nom, 1, 1, 1, adresses, adresses + 4, adresses + 8
    )
    exports += struct.pack("<IIHH", renvoi, fonction, 0, 0) + NOM + FONCTION + RENVOI
    entete = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    optionnel = struct.pack(
        "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII",
        0x20B, 14, 0, 0, ALIGNEMENT, 0, 0, DEBUT, 0x6BD000000, 0x1000, ALIGNEMENT,
        6, 0, 0, 0, 6, 0, 0, 0x2000, ALIGNEMENT, 0, 2, 0,
        0x100000, 0x1000, 0x100000, 0x1000, 0, 16,
    )  # fmt: skip
    optionnel += struct.pack("<II", DEBUT, len(exports)) + bytes(15 * 8)
    section = struct.pack(
        "<8sIIIIIIHHI", b".edata", len(exports), DEBUT, ALIGNEMENT, ALIGNEMENT, 0, 0, 0, 0,
        0x40000040,
    )  # fmt: skip
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    debut = dos + b"PE\0\0" + entete + optionnel + section
    return debut.ljust(ALIGNEMENT, b"\0") + exports.ljust(ALIGNEMENT, b"\0")


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(library())
