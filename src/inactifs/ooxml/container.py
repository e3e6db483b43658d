"""A ZIP archive as a list of members that can be copied without being inflated.

Written from PKWARE's APPNOTE 6.3 within the limits of ECMA-376 Part 2, annex B: methods
*stored* and *deflated*, no encryption, one volume. ``zipfile`` is not used: it cannot copy a
member still compressed, and accepts archives that readers disagree about.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from inactifs.ooxml import InvalidPackage

MAX_MEMBERS = 10_000
MAX_TOTAL = 1 << 29  # bytes once inflated, all members together
MAX_RATIO = 500  # inflated / deflated, for members large enough to matter
RATIO_FROM = 1 << 23

_LOCAL = struct.Struct("<4sHHHLLLLHH")
_CENTRAL = struct.Struct("<4sHHHHLLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_LOCATOR64 = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_UTF8, _DESCRIPTOR, _ENCRYPTED = 0x800, 0x8, 0x1 | 0x40 | 0x2000
_BIG = 0xFFFFFFFF
_EPOCH = 0x00210000  # 1 January 1980, midnight: the first moment a ZIP can tell
_STRANGER = "N'utilisez pas ce fichier s'il vient d'un inconnu."
_MEND = "Reprenez une sauvegarde, ou ouvrez le fichier dans Excel et enregistrez-le à nouveau."


class Member(NamedTuple):
    """One member: what the central directory says, and where its bytes lie."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int  # of the local header
    body: int  # of the compressed bytes
    end: int  # after the compressed bytes and their descriptor
    record: bytes  # of the central directory


def _damaged(detail: str) -> InvalidPackage:
    return InvalidPackage(f"le fichier est endommagé ou incomplet ({detail})", _MEND)


@lru_cache(maxsize=2)  # one command opens the same workbook several times
def read_directory(data: bytes) -> tuple[tuple[Member, ...], bytes]:
    """The members in the order of the central directory, and the archive's comment;
    InvalidPackage when it is damaged, ambiguous, encrypted or too large once inflated."""
    end = data.rfind(b"PK\5\6", max(0, len(data) - 22 - 0xFFFF))
    if end < 0 or len(data) < end + 22:
        raise _damaged("la fin manque")
    _, disk, disk2, here, count, size, first, length = _END.unpack_from(data, end)
    comment = data[end + 22 : end + 22 + length]
    if len(comment) != length:
        raise _damaged("la fin manque")
    locator = end - _LOCATOR64.size
    if locator >= 0 and data[locator : locator + 4] == b"PK\6\7":
        end = _LOCATOR64.unpack_from(data, locator)[2]
        if end + _END64.size > locator or data[end : end + 4] != b"PK\6\6":
            raise _damaged("fin zip64")
        disk, disk2, here, count, size, first = _END64.unpack_from(data, end)[4:]
    if disk or disk2 or here != count:
        raise _damaged("archive en plusieurs volumes")
    if count > MAX_MEMBERS:
        raise InvalidPackage(f"le fichier contient trop de parties ({count})", _STRANGER)
    if first + size > end:
        raise _damaged("table des matières hors du fichier")
    members: list[Member] = []
    cursor = first
    for _ in range(count):
        member, cursor = _read_member(data, cursor, first + size, first)
        members.append(member)
    if cursor != first + size:
        raise _damaged("table des matières incohérente")
    _check_layout(members)
    return tuple(members), comment


def _read_member(data: bytes, cursor: int, stop: int, first: int) -> tuple[Member, int]:
    """The member that the directory describes at ``cursor``, checked against its local header, and
    where the next description is; all of them lie in ``[first, stop)``, the members before."""
    at = cursor + _CENTRAL.size
    if at > stop or data[cursor : cursor + 4] != b"PK\1\2":
        raise _damaged("table des matières incohérente")
    (flags, method, _, crc, packed, size, n_name, n_extra, n_comment,
     *_, start) = _CENTRAL.unpack_from(data, cursor)[3:]  # fmt: skip
    raw, extra = data[at : at + n_name], data[at + n_name : at + n_name + n_extra]
    after = at + n_name + n_extra + n_comment
    if after > stop:
        raise _damaged("table des matières incohérente")
    packed, size, start = _zip64(packed, size, start, extra)
    try:  # some writers of Windows have backslashes, and Excel reads them
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437").replace("\\", "/")
    except UnicodeDecodeError as fault:
        raise _damaged("nom illisible") from fault
    if flags & _ENCRYPTED:
        raise InvalidPackage("le fichier est chiffré", "Enregistrez-le sans mot de passe.")
    if method not in (0, 8):
        raise InvalidPackage(f"{name[:80]} est compressé par une méthode inconnue", _MEND)
    if size > RATIO_FROM and size > packed * MAX_RATIO:
        raise InvalidPackage("le fichier ressemble à une bombe de décompression", _STRANGER)
    body = start + _LOCAL.size + n_name
    if start + _LOCAL.size > first or data[start : start + 4] != b"PK\3\4":
        raise _damaged(name)
    _, _, flags2, method2, _, crc2, packed2, size2, n_name2, n_extra2 = _LOCAL.unpack_from(
        data, start
    )
    told = flags & _DESCRIPTOR or (
        crc2 == crc and packed2 in (packed, _BIG) and size2 in (size, _BIG)
    )
    same_name = n_name2 == n_name and data[start + _LOCAL.size : body] == raw
    same_way = method2 == method and not (flags2 ^ flags) & (_DESCRIPTOR | _ENCRYPTED)
    if not (told and same_name and same_way) or (method == 0 and packed != size):
        raise _damaged(name)
    body += n_extra2
    end = body + packed
    if flags & _DESCRIPTOR:  # of which four forms exist (APPNOTE 4.3.9)
        plain = [struct.pack(form, crc, packed, size) for form in ("<LLL", "<LQQ")]
        forms = [signature + form for form in plain for signature in (b"PK\7\x08", b"")]
        end += next((len(form) for form in forms if data.startswith(form, end)), first)
    if end > first:
        raise _damaged(name)
    record = data[cursor:after]
    member = Member(name, raw, flags, method, crc, packed, size, start, body, end, record)
    return member, after


def _zip64(packed: int, size: int, start: int, extra: bytes) -> tuple[int, int, int]:
    """The true 64-bit fields (APPNOTE 4.5.3)."""
    cursor = 0
    while cursor + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, cursor)
        field = extra[cursor + 4 : cursor + 4 + length]
        if kind == 1:
            values = [v[0] for v in struct.iter_unpack("<Q", field[: len(field) // 8 * 8])]
            values += [_BIG] * 3
            size = values.pop(0) if size == _BIG else size
            packed = values.pop(0) if packed == _BIG else packed
            start = values.pop(0) if start == _BIG else start
        cursor += 4 + length
    return packed, size, start


def _check_layout(members: list[Member]) -> None:
    """No two members share a name or a byte, and all of them fit in memory."""
    total = sum(member.size for member in members)
    if total > MAX_TOTAL:
        raise InvalidPackage(
            f"le fichier occuperait {total >> 20} Mio une fois décompressé",
            "Supprimez du classeur les images ou les feuilles qui ne servent plus.",
        )
    names = {member.name.casefold() for member in members}
    if len(names) != len(members):  # OPC, 6.2.2.3: names are compared without case
        raise _damaged("deux parties portent le même nom")
    placed = sorted(members, key=lambda m: m.start)
    if any(after.start < before.end for before, after in pairwise(placed)):
        raise _damaged("des parties se chevauchent")


def inflate(data: bytes, member: Member) -> bytes:
    """The member's content, never more than the size it declares, its CRC checked."""
    return b"".join(inflate_chunks(data, member, member.size + 1))


def inflate_chunks(data: bytes, member: Member, step: int = 1 << 18) -> Iterator[bytes]:
    """The member's content piece by piece; InvalidPackage, at the latest once it is read to its
    end, when it is not of the size and the CRC that it declares."""
    rest = data[member.body : member.body + member.packed]
    crc = size = 0
    if member.method == 0:
        crc, size = zlib.crc32(rest), len(rest)
        yield rest
    else:
        engine = zlib.decompressobj(-15)
        most = member.size + 1  # exactly full: the end marker may still have to be read
        while size < most and not engine.eof:
            try:
                chunk = engine.decompress(rest, min(step, most - size))
            except zlib.error as fault:
                raise _damaged(member.name) from fault
            rest = engine.unconsumed_tail
            if not chunk and not rest:
                break
            size += len(chunk)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if not engine.eof or engine.unused_data:
            raise _damaged(f"taille de {member.name}")
    if (size, crc) != (member.size, member.crc):
        raise _damaged(member.name)


def build(
    data: bytes, members: Sequence[Member], written: dict[str, bytes], comment: bytes
) -> bytes:
    """A new archive: members in the same order, those of ``written`` replaced or added last, the
    others copied as they are: local header, compressed bytes, descriptor."""
    known = {member.name for member in members}
    added = [_blank(name) for name in written if name not in known]
    pieces: list[bytes] = []
    placed: dict[str, bytes] = {}
    offset = 0
    for member in (*sorted(members, key=lambda m: m.start), *added):
        chunk, record = data[member.start : member.end], member.record
        if (content := written.get(member.name)) is not None:
            chunk, record = _pack(content, member)
        placed[member.name] = record[:42] + struct.pack("<L", offset) + record[46:]
        pieces.append(chunk)
        offset += len(chunk)
    directory = b"".join(placed[member.name] for member in (*members, *added))
    if offset + len(directory) >= _BIG or len(placed) >= 0xFFFF:
        raise InvalidPackage("le fichier est trop grand", "")
    end = _END.pack(b"PK\5\6", 0, 0, len(placed), len(placed), len(directory), offset, len(comment))
    return b"".join((*pieces, directory, end, comment))


def _blank(name: str) -> Member:
    raw = name.encode()
    flags = 0 if raw.isascii() else _UTF8
    fields = (20, 20, flags, 8, _EPOCH, 0, 0, 0, len(raw), 0, 0, 0, 0, 0, 0)
    record = _CENTRAL.pack(b"PK\1\2", *fields) + raw
    return Member(name, raw, flags, 8, 0, 0, 0, 0, 0, 0, record)


def _pack(content: bytes, old: Member) -> tuple[bytes, bytes]:
    """Local header and compressed content, and the record of the central directory, under the name
    and date of ``old``."""
    level = 6 if len(content) < 1 << 19 else 3  # later, time shows and bytes hardly do
    engine = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = engine.compress(content) + engine.flush()
    (_, made, _, _, _, stamp, *_, n_comment, _, internal, external,
     _) = _CENTRAL.unpack_from(old.record)  # fmt: skip
    same = (20, old.flags & _UTF8, 8, stamp, zlib.crc32(content), len(packed), len(content),
            len(old.raw_name), 0)  # fmt: skip
    record = _CENTRAL.pack(b"PK\1\2", made, *same, n_comment, 0, internal, external, 0)
    comment = old.record[len(old.record) - n_comment :]
    header = _LOCAL.pack(b"PK\3\4", *same)
    return header + old.raw_name + packed, record + old.raw_name + comment


def verify(before: bytes, members: Sequence[Member], after: bytes, written: set[str]) -> None:
    """Read the new archive again: whatever was not written must be what it was (RuntimeError: a
    member differs, is missing, or is one too many), and what was must be readable."""
    found = {member.name: member for member in read_directory(after)[0]}
    if set(found) != {member.name for member in members} | written:
        raise RuntimeError("the new package does not have the expected members")
    for old in members:
        copy = found[old.name]
        same = (copy.crc, copy.size, copy.packed) == (old.crc, old.size, old.packed)
        stop = copy.start + old.end - old.start
        if old.name not in written and not (
            same and after[copy.start : stop] == before[old.start : old.end]
        ):
            raise RuntimeError(f"the member {old.name} would change")
    for name in written:
        for _ in inflate_chunks(after, found[name]):
            pass  # by pieces: the sheet written is still held
