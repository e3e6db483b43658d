"""An Open Packaging Conventions package (ECMA-376 Part 2): named parts in a ZIP archive."""

from __future__ import annotations

import re

from inactifs.ooxml import InvalidPackage, container

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx."


class Package:
    """The parts of a workbook file; only those read are inflated, only those written deflated.

    Raises:
        InvalidPackage: on anything that cannot be read and written back safely.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        _refuse_other_formats(data)
        self._members, self._comment = container.read_directory(data)
        self._index = {member.name: member for member in self._members}
        self._folded = {member.name.casefold(): member.name for member in self._members}
        self._written: dict[str, bytes] = {}
        self._removed: set[str] = set()
        _refuse_names(list(self._index))
        self._refuse_kinds()

    @property
    def plain(self) -> bool:
        """Whether all the names are stored as they are read, without backslashes."""
        return not any(b"\\" in member.raw_name for member in self._members)

    def names(self) -> list[str]:
        """Every part, in the order of the archive, the new ones last."""
        kept = [name for name in self._index if name not in self._removed]
        return kept + [name for name in self._written if name not in self._index]

    def __contains__(self, name: str) -> bool:
        return self.resolve(name) is not None

    def resolve(self, name: str) -> str | None:
        """The name under which the part is stored: names are compared without case."""
        if name in self._written or (name in self._index and name not in self._removed):
            return name
        stored = self._folded.get(name.casefold())
        return None if stored is None or stored in self._removed else stored

    def read(self, name: str) -> bytes:
        """The part's bytes, as last written, else inflated and checked; KeyError if absent."""
        stored = self.resolve(name)
        if stored is None:
            raise KeyError(name)
        if stored in self._written:
            return self._written[stored]
        return container.inflate(self._data, self._index[stored])

    def find_in(self, name: str, pattern: re.Pattern[bytes]) -> bool:
        """Whether the part holds ``pattern`` (short): inflated no further than needed."""
        stored = self.resolve(name)
        if stored is None:
            return False
        if stored in self._written:
            return pattern.search(self._written[stored]) is not None
        tail = b""
        for chunk in container.inflate_chunks(self._data, self._index[stored]):
            if pattern.search(tail + chunk):
                return True
            tail = chunk[-64:]
        return False

    def write(self, name: str, data: bytes) -> None:
        """Replace a part, or add one."""
        stored = self.resolve(name) or name
        if stored not in self._index:
            _refuse_names([stored])
            self._folded[stored.casefold()] = stored
        self._written[stored] = data
        self._removed.discard(stored)

    def remove(self, name: str) -> None:
        """Take a part out of the package; KeyError if absent."""
        stored = self.resolve(name)
        if stored is None:
            raise KeyError(name)
        self._written.pop(stored, None)
        if stored in self._index:
            self._removed.add(stored)

    def dump(self) -> bytes:
        """The package with its changes; the same bytes when there are none.

        Parts that were not written are copied still compressed, and the result is read
        again to make sure of it.

        Raises:
            RuntimeError: the result is not what it must be; nothing should be saved.
        """
        if not self._written and not self._removed:
            return self._data
        kept = [member for member in self._members if member.name not in self._removed]
        result, _ = container.build(self._data, kept, self._written, self._comment)
        container.verify(self._data, kept, result, set(self._written))
        return result

    def _refuse_kinds(self) -> None:
        names = [name.casefold() for name in self._index]
        if "[content_types].xml" not in names:
            if "mimetype" in names:
                raise InvalidPackage("c'est un document OpenDocument (.ods…)", _SAVE_AS)
            raise InvalidPackage("ce n'est pas un classeur Excel (.xlsx ou .xlsm)", _SAVE_AS)
        if "_rels/.rels" not in names:
            raise InvalidPackage("ce n'est pas un classeur Excel (.xlsx ou .xlsm)", _SAVE_AS)
        if any(name.endswith("/workbook.bin") for name in names):
            raise InvalidPackage("c'est un classeur Excel binaire (.xlsb)", _SAVE_AS)
        if any(name.startswith("_xmlsignatures/") for name in names):
            raise InvalidPackage(
                "le classeur porte une signature numérique, qu'une écriture rendrait fausse",
                "Retirez la signature dans Excel (Fichier, Informations) puis recommencez.",
            )
        if any(name.startswith("xl/revisions/") for name in names):
            raise InvalidPackage(
                "c'est un classeur partagé (ancien mode, avec suivi des modifications)",
                "Dans Excel, cessez le partage (Révision, Partager le classeur) puis enregistrez.",
            )


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(_OLE2):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise InvalidPackage(
                "le fichier est chiffré par un mot de passe",
                "Dans Excel, retirez le mot de passe (Fichier, Informations, Protéger le "
                "classeur, Chiffrer avec mot de passe) puis enregistrez.",
            )
        if any(name.encode("utf-16-le") in data for name in ("Workbook\0", "Book\0")):
            raise InvalidPackage("c'est un ancien classeur Excel (.xls)", _SAVE_AS)
        raise InvalidPackage(
            "c'est un ancien document Office ou un fichier chiffré, pas un classeur .xlsx ou .xlsm",
            _SAVE_AS,
        )
    if not data:
        raise InvalidPackage("le fichier est vide", "Reprenez une sauvegarde.")
    if not data.startswith(b"PK\3\4"):
        raise InvalidPackage("ce n'est pas un classeur Excel (.xlsx ou .xlsm)", _SAVE_AS)


def _refuse_names(names: list[str]) -> None:
    """Names that a careless extraction would write elsewhere (Part 2, 6.2.2)."""
    for name in names:
        segments = name.removesuffix("/").split("/")
        drive = segments[0][1:2] == ":"
        if (
            "\\" in name
            or "\0" in name
            or drive
            or any(segment in ("", ".", "..") for segment in segments)
        ):
            raise InvalidPackage(
                f"le fichier contient une partie au nom interdit ({name[:80]!r})",
                "N'utilisez pas ce fichier s'il vient d'un inconnu ; sinon, ouvrez-le dans "
                "Excel et enregistrez-le à nouveau.",
            )
