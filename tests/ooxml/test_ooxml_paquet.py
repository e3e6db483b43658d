"""Packages: what is refused, and what is copied without being touched."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from ooxml_fabrique import SHEET, parts, small, unzipped, worksheet, zipped

from inactifs.ooxml import InvalidPackage, container
from inactifs.ooxml.package import Package
from inactifs.ooxml.workbook import Workbook

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def hostile(names: list[str], **more: bytes) -> bytes:
    """A package with members of these names besides its own."""
    return zipped({**parts(worksheet(ROW)), **dict.fromkeys(names, b"x"), **more})


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    """All occurrences replaced in the raw bytes, which must be there."""
    assert old in data and len(old) == len(new)
    return data.replace(old, new)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "vide"),
        (b"N\xc2\xb0;NOM\n1;Durand\n", "pas un classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien document"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "chiffré par un mot de passe",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"), ".xls"),
        (small(ROW)[:-30], "endommagé"),
        (small(ROW)[:400], "endommagé"),
        (zipped({"mimetype": b"x", "content.xml": b"x"}), "OpenDocument"),
        (zipped({"a.txt": b"x"}), "pas un classeur"),
        (hostile(["xl/workbook.bin"]), ".xlsb"),
        (hostile(["_xmlsignatures/sig1.xml"]), "signature"),
        (hostile(["xl/revisions/revisionHeaders.xml"]), "partagé"),
        (hostile(["../evil.xml"]), "nom interdit"),
        (hostile(["xl/../../evil.xml"]), "nom interdit"),
        (hostile(["/etc/passwd"]), "nom interdit"),
        (hostile(["C:/evil.xml"]), "nom interdit"),
        (hostile(["..\\evil.xml"]), "nom interdit"),
        (hostile(["XL/Workbook.xml"]), "même nom"),
    ],
)
def test_what_is_not_a_safe_workbook_is_refused(data: bytes, expected: str) -> None:
    """Each with a French reason, and an advice."""
    with pytest.raises(InvalidPackage) as caught:
        Package(data)
    assert expected in caught.value.message
    assert caught.value.conseil


def test_two_members_of_one_name_are_refused() -> None:
    """Readers would disagree on which one counts."""
    data = hostile(["xl/a.xml", "xl/b.xml"])
    with pytest.raises(InvalidPackage, match="même nom"):
        Package(patched(data, b"xl/b.xml", b"xl/a.xml"))


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its ratio, or by its total size."""
    bomb = hostile([], bomb=b"\0" * (container.RATIO_FROM + 1))
    with pytest.raises(InvalidPackage, match="bombe"):
        Package(bomb)
    monkeypatch.setattr(container, "MAX_TOTAL", 1000)
    with pytest.raises(InvalidPackage, match="décompressé"):
        Package(small(ROW))
    monkeypatch.setattr(container, "MAX_MEMBERS", 3)
    with pytest.raises(InvalidPackage, match="trop de parties"):
        Package(small(ROW))


@pytest.mark.parametrize("lie", [-1, 1, -40])
def test_a_lying_size_is_found_out(lie: int) -> None:
    """Whether the content is longer or shorter than declared."""
    content = b"<x>" + b"abcdefgh" * 20 + b"</x>"
    data = hostile([], **{"xl/lie.xml": content})
    true, false = (struct.pack("<L", len(content) + n) for n in (0, lie))
    with pytest.raises(InvalidPackage, match="endommagé"):
        Package(patched(data, true, false)).read("xl/lie.xml")


def test_a_wrong_checksum_is_found_out() -> None:
    """A part whose bytes were altered is not read."""
    content = b"<x>intact</x>"
    crc = struct.pack("<L", zlib.crc32(content))
    data = patched(hostile([], **{"xl/x.xml": content}), crc, b"\1\2\3\4")
    with pytest.raises(InvalidPackage, match="endommagé"):
        Package(data).read("xl/x.xml")


def test_overlapping_members_are_refused() -> None:
    """The trick of bombs that share one stream."""
    out = io.BytesIO(hostile(["xl/a.xml", "xl/b.xml"]))
    with zipfile.ZipFile(out) as read:
        where = {info.filename: info.header_offset for info in read.infolist()}
    data = out.getvalue()
    one = struct.pack("<L", where["xl/b.xml"])
    directory = data.index(b"PK\1\2")
    lying = data[:directory] + data[directory:].replace(one, struct.pack("<L", where["xl/a.xml"]))
    with pytest.raises(InvalidPackage, match="endommagé"):
        Package(lying)


def test_an_entity_declaration_is_refused() -> None:
    """No entity is ever expanded."""
    xml = '<?xml version="1.0"?><!-- a --><!DOCTYPE x [<!ENTITY a "aa">]>' + worksheet(ROW)
    with pytest.raises(InvalidPackage, match="DOCTYPE"):
        Workbook(zipped(parts(xml))).sheet("F")


def test_an_encoding_without_a_name_is_refused() -> None:
    """Not an unexpected fault."""
    xml = '<?xml version="1.0" encoding=""?>' + worksheet(ROW)
    with pytest.raises(InvalidPackage, match="codage inconnu"):
        Workbook(zipped(parts(xml))).sheet("F")


def test_nothing_written_gives_the_same_bytes() -> None:
    """Not even the archive is made again."""
    data = small(ROW)
    package = Package(data)
    package.read(SHEET)
    assert package.dump() is data


def members(data: bytes) -> dict[str, tuple[bytes, tuple[int, ...], int, bytes]]:
    """Of each member: its compressed bytes, date, flags and extra field."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        for info in read.infolist():
            start = info.header_offset
            n_name, n_extra = struct.unpack_from("<HH", data, start + 26)
            body = start + 30 + n_name + n_extra
            packed = data[body : body + info.compress_size]
            found[info.filename] = (packed, info.date_time, info.flag_bits, info.extra)
    return found


def test_other_members_are_copied_still_compressed() -> None:
    """Order, dates, flags, extra fields and the archive's comment are kept."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive_:
        archive_.comment = b"une remarque"
        for rank, (name, content) in enumerate(parts(worksheet(ROW)).items()):
            info = zipfile.ZipInfo(name, (2020, 1 + rank, 2, 3, 4, 6))
            info.compress_type = zipfile.ZIP_DEFLATED if rank % 2 else zipfile.ZIP_STORED
            info.extra = b"\x99\x99\x04\x00abcd"
            archive_.writestr(info, content)
        archive_.writestr("docs/é.bin", b"accent")
    data = out.getvalue()
    package = Package(data)
    package.write(SHEET, b"<new/>")
    package.write("xl/added.xml", b"<added/>")
    after = package.dump()
    old, new = members(data), members(after)
    assert list(new) == [*old, "xl/added.xml"]
    assert all(new[name] == old[name] for name in old if name != SHEET)
    assert new[SHEET][1] == old[SHEET][1]
    assert unzipped(after)[SHEET] == b"<new/>" and unzipped(after)["xl/added.xml"] == b"<added/>"
    with zipfile.ZipFile(io.BytesIO(after)) as read:
        assert read.testzip() is None and read.comment == b"une remarque"


class Stream(io.BytesIO):
    """A file that cannot seek: archives written to it have data descriptors."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError


@pytest.mark.parametrize("large", [False, True])
def test_data_descriptors_and_zip64_are_understood(large: bool) -> None:
    """As written by programs that stream, or that foresee large parts."""
    out = Stream() if not large else io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive_:
        for name, content in parts(worksheet(ROW)).items():
            with archive_.open(name, "w", force_zip64=large) as member:
                member.write(content)
    data = out.getvalue()
    package = Package(data)
    package.write("xl/workbook.xml", b"<changed/>")
    after = unzipped(package.dump())
    assert after == {**unzipped(data), "xl/workbook.xml": b"<changed/>"}


def test_a_descriptor_that_disagrees_is_refused() -> None:
    """The directory and what follows the data must say the same."""
    out = Stream()
    with zipfile.ZipFile(out, "w") as archive_:
        for name, content in parts(worksheet(ROW)).items():
            archive_.writestr(name, content)
    data = out.getvalue()
    first = data.index(b"PK\7\x08")
    with pytest.raises(InvalidPackage, match="endommagé"):
        Package(data[: first + 4] + b"\0\0\0\0" + data[first + 8 :])


def test_the_check_before_the_swap_sees_a_changed_member() -> None:
    """A result in which an untouched member differs is never returned."""
    data = small(ROW)
    other = zipped({**unzipped(data), "xl/workbook.xml": b"<other/>"})
    known, _ = container.read_directory(data)
    with pytest.raises(RuntimeError, match="workbook"):
        container.verify(data, known, other, {SHEET})
    with pytest.raises(RuntimeError, match="members"):
        container.verify(data, known, hostile(["more"]), set())


def test_the_check_before_the_swap_sees_a_written_member_that_cannot_be_read() -> None:
    """A byte of it changed on the way, or its end missing: it is never returned."""
    data = zipped(parts(ROW * 50))
    known, _ = container.read_directory(data)
    member = next(m for m in known if m.name == SHEET)
    middle = (member.body + member.body + member.packed) // 2
    for hurt in (data[middle] ^ 1, data[middle] ^ 0x40):
        other = data[:middle] + bytes([hurt]) + data[middle + 1 :]
        with pytest.raises((RuntimeError, InvalidPackage)):
            container.verify(data, known, other, {SHEET})


@pytest.mark.parametrize("step", [1, 7, 1 << 18])
@pytest.mark.parametrize("more", [-1, 1])
def test_a_member_read_by_pieces_is_checked_as_the_whole_one(more: int, step: int) -> None:
    """Its end missing, or bytes after it, although all of its content is there."""
    data = zipped(parts(ROW * 50))
    member = next(m for m in container.read_directory(data)[0] if m.name == SHEET)
    assert b"".join(container.inflate_chunks(data, member, step)) == container.inflate(data, member)
    hurt = member._replace(packed=member.packed + more)
    with pytest.raises(InvalidPackage):
        list(container.inflate_chunks(data, hurt, step))


def test_any_truncation_is_refused_or_reads_whole() -> None:
    """Wherever the file is cut, there is no other exception."""
    data = small(ROW)
    for cut in range(0, len(data), 7):
        with pytest.raises(InvalidPackage):
            Package(data[:cut])


def test_any_flipped_byte_is_refused_or_harmless() -> None:
    """Damage ends in a refusal, or does not show in what is read."""
    data = small(ROW)
    whole = unzipped(data)
    for position in range(0, len(data), 3):
        damaged = bytearray(data)
        damaged[position] ^= 0x5A
        try:
            package = Package(bytes(damaged))
            found = {name: package.read(name) for name in package.names()}
        except InvalidPackage:
            continue
        assert set(found.values()) == set(whole.values())
