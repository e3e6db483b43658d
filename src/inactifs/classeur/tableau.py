"""The rows of the Tableau de suivi → dossiers, unreadable rows, anomalies; whose they are. What
stands in its columns and is no case (totals, signatures, notes, rules) is nobody's: it is kept
aside, and never written upon (contract, section 2). After a sort of some of its columns, the name
and the number of a row are not the same student's, and nothing in it can be relied upon:
:func:`bears_name` says what counts as the same name."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import Any, NamedTuple

from inactifs.classeur import cells
from inactifs.classeur.cells import Muette, read_text
from inactifs.classeur.locating import Row, rows
from inactifs.classeur.schema import TABLEAU, Nature
from inactifs.classeur.values import Anomalie, LigneIllisible, Table, doubtful, in_time
from inactifs.mots import fold, of, simplify
from inactifs.ooxml.references import cell_name
from inactifs.procedure.modele import Dossier, Eleve, Relance
from inactifs.registre import Registre, name_words, number_key

_CALCULES = {c.champ for c in TABLEAU.colonnes if c.calculee}
_SIMPLES = [
    c
    for c in TABLEAU.colonnes
    if c.nature is not Nature.LISTE
    and c.champ not in ("eleve", "numero", "derniere_activite", *_CALCULES)
]
"""The columns of which a cell is a field of the dossier, whatever the others hold."""
_SIGNE = re.compile(r"[:=|]|^[^\w(]|^\d")
"""What no name holds, or begins with."""
_DEBUT = re.compile(
    r"(?:total|totaux|sous-total|moyenne|nombre|nb|effectif|signatures?|visa|legende|notes?|"
    r"mise? a jour|vu par|vu le|lu et approuve|edite le|imprime le|fait a|fait le|page \d|"
    r"remarques?|nota)\b"
)
"""How such lines begin, once case and accents are put aside."""
_PROCHE = 85
"""From this likeness on (rapidfuzz, 0 to 100), a word or a name is another one misspelt."""


class TableauLu(NamedTuple):
    """What the tableau says. ``fin`` is its last row that is a student's (the header's if none is).
    ``illisibles`` are the rows of which a cell cannot be understood, or whose name is not that of
    their number. ``douteux``: the numbers of the students for whom no second dossier may be opened,
    because one of these rows, or one that cannot be told from a homonym's, may be theirs.
    ``doublons``: the open rows of students who have a later one open (contract, section 2: one at
    most), later in the order of ``Classeur.dossiers_of``."""

    dossiers: tuple[Dossier, ...]
    illisibles: tuple[LigneIllisible, ...]
    anomalies: tuple[Anomalie, ...]
    fin: int
    douteux: frozenset[str]
    doublons: frozenset[int]


def read_tableau(
    table: Table, registre: Registre, connus: dict[Hashable, Dossier] | None = None
) -> TableauLu:
    """Every row, and whose it is; the register gives the name where a number alone is typed.
    ``connus``: the dossiers that rows without a fault have given, which the same rows give
    again."""
    connus = {} if connus is None else connus
    dossiers: list[Dossier] = []
    illisibles: list[LigneIllisible] = []
    anomalies: list[Anomalie] = []
    notes: list[Anomalie] = []
    fin = table.place.entete
    for rangee, eleve, numero in _cases(table, registre, notes):
        fin = rangee.ligne
        if not eleve:
            connu = registre.get(numero)
            eleve = connu.nom_complet if connu and connu.nom_complet else numero
        cle = (rangee.ligne, eleve, rangee.cellules, *map(type, rangee.cellules))
        if (dossier := connus.get(cle)) is None:
            dossier = _read(rangee, eleve, numero)
            if not rangee.faults:
                connus[cle] = dossier
        anomalies += rangee.faults
        if (faute := rangee.unreadable) is None:
            dossiers.append(dossier)
        else:
            illisibles.append(LigneIllisible(rangee.ligne, eleve, numero, dossier.ouvert, faute))
    melees = {ligne.ligne: ligne for ligne in _mixed_up(dossiers, registre, table)}
    dossiers = [d for d in dossiers if d.ligne not in melees]
    doutes, douteux, doublons = _doubtful_owners([*dossiers, *illisibles], registre, table)
    return TableauLu(
        tuple(dossiers),
        (*illisibles, *melees.values()),
        (*anomalies, *notes, *(m.anomalie for m in melees.values()), *doutes),
        fin,
        frozenset(douteux.union(*(m.autres for m in melees.values()))),
        frozenset(doublons),
    )


def _read(rangee: Row, eleve: str, numero: str) -> Dossier:
    """The dossier; what cannot be read in it is empty, and noted."""
    for champ in ("eleve", "numero"):
        rangee.attempt(champ, cells.spoken)
    derniere_activite = rangee.attempt("derniere_activite", cells.read_day)
    relances = _relances(rangee, derniere_activite)
    depuis = relances[-1].date if relances else derniere_activite
    lecteurs: dict[Nature, Callable[[object], Any]] = {
        Nature.TEXTE: read_text,
        Nature.NOTE: lambda v: v if type(v) is str else read_text(v),
        Nature.DATE: cells.read_day,
        Nature.MOMENT: lambda v: cells.read_rappel(v, depuis),
        Nature.RESULTAT: cells.read_resultat,
    }
    lus = {c.champ: rangee.attempt(c.champ, lecteurs[c.nature]) for c in _SIMPLES}
    return Dossier(
        eleve, numero, derniere_activite, tuple(relances), ligne=rangee.ligne, **lus  # type: ignore[arg-type]
    )  # fmt: skip


def _relances(rangee: Row, derniere_activite: date | None) -> list[Relance]:
    moyens = rangee.attempt("moyens", lambda v: read_text(cells.spoken(v)))
    if moyens is None:
        return []
    jours = rangee.attempt(
        "dates_relances", lambda v: cells.read_relance_days(v, derniere_activite)
    )
    if jours is None:
        return []
    relances = rangee.attempt("moyens", lambda _: cells.pair(jours, cells.read_moyens(moyens)))
    if relances and not moyens:
        rangee.doubt("moyens", "moyens_absents")
    return relances or []


def _cases(
    table: Table, registre: Registre, notes: list[Anomalie]
) -> Iterator[tuple[Row, str, str]]:
    """The rows that are a student's, with the name and the number typed in them; of the others
    (blank, a note, a total, unknown), what is to be said is added to ``notes``. A name or a number
    that the register knows is a student's in any case; the computed columns do not tell."""
    entetes = table.lignes[table.place.entete - 1]
    pleines = [i for i, entete in enumerate(entetes) if entete != ""]
    premiere, detached = True, False  # a blank row parts what follows from the last student
    ailleurs: list[int] = []  # rows since then with something in other columns only
    for rangee in rows(table, TABLEAU, "tableau"):
        numero = read_text(rangee["numero"])
        eleve = " ".join(read_text(rangee["eleve"]).split())
        cellules = table.lignes[rangee.ligne - 1]
        seul = detached and sum(v not in ("", None) for v in cellules) == 1
        if numero or (eleve and not _is_note(rangee, eleve, seul, registre)):
            notes += (_note(table, ligne) for ligne in ailleurs)
            ailleurs.clear()
            premiere, detached = False, False
            yield rangee, eleve, numero
            continue
        valeurs = [rangee[champ] for champ in rangee.rangs if champ not in _CALCULES]
        textes = [texte for v in valeurs if (texte := read_text(v))]
        if not textes:
            detached = not premiere
            ailleurs += [rangee.ligne] if any(read_text(cellules[i]) for i in pleines) else []
        elif isinstance(rangee["eleve"], Muette):
            rangee.attempt("eleve", cells.spoken)
        elif eleve or all(v == "" or isinstance(v, int | float) for v in valeurs):
            notes.append(_note(table, rangee.ligne))
        else:
            faute = rangee.place.doubt(rangee.ligne, "eleve", textes[0], "ligne_de_personne")
            notes.append(faute)
        notes += rangee.faults


def _is_note(rangee: Row, eleve: str, seul: bool, registre: Registre) -> bool:
    """Whether what stands in ÉLÈVE is no name; ``seul``: nothing else does, below a blank row."""
    nom = rangee["eleve"]
    if isinstance(nom, Muette) or simplify(eleve) == "eleve":
        return True
    dates = (rangee["derniere_activite"], rangee["dates_relances"])
    if any(isinstance(v, str | date) and v != "" for v in dates):
        return False  # a date was typed on it
    signe = not isinstance(nom, str) or _SIGNE.search(eleve) or _DEBUT.match(fold(eleve))
    return bool(seul or signe) and not (registre.named(eleve) or registre.get(eleve))


def _note(table: Table, ligne: int) -> Anomalie:
    textes = map(read_text, table.lignes[ligne - 1])
    colonne, texte = next((col, texte) for col, texte in enumerate(textes, 1) if texte)
    return doubtful("note", table.place.nom, cell_name(ligne, colonne), texte)


def _doubtful_owners(
    lignes: list[Dossier | LigneIllisible], registre: Registre, table: Table
) -> tuple[list[Anomalie], set[str], set[int]]:
    """Rows without a number that several students answer to, students with two open rows: what is
    to be said, ``douteux`` and ``doublons`` of :class:`TableauLu`."""
    doubt = table.place.doubt
    anomalies: list[Anomalie] = []
    douteux: set[str] = set()
    doublons: set[int] = set()
    premieres: dict[object, int] = {}
    derniers: dict[object, Dossier] = {}
    for rangee in sorted(lignes, key=lambda r: r.ligne):
        ouverte = rangee.ouvert if isinstance(rangee, Dossier) else rangee.ouverte
        possibles = registre.meant(rangee.numero, rangee.eleve)
        if len(possibles) > 1:
            numeros = ", ".join(e.numero for e in possibles)
            anomalies.append(
                doubt(rangee.ligne, "eleve", rangee.eleve, "homonymes", numeros=numeros)
            )
        if (len(possibles) > 1 and ouverte) or isinstance(rangee, LigneIllisible):
            douteux.update(e.numero for e in possibles)
        if len(possibles) > 1 or not ouverte:
            continue
        numero = possibles[0].numero if possibles else rangee.numero
        cle = number_key(numero) if numero else name_words(rangee.eleve)
        if cle in premieres:
            faute = doubt(
                rangee.ligne, "eleve", rangee.eleve, "deux_dossiers", ligne=premieres[cle]
            )
            anomalies.append(faute)
        premieres.setdefault(cle, rangee.ligne)
        if isinstance(rangee, Dossier):
            autre = derniers.get(cle, rangee)
            derniers[cle] = max(autre, rangee, key=in_time)
            doublons |= {autre.ligne, rangee.ligne} - {derniers[cle].ligne}
    return anomalies, douteux, doublons


def bears_name(eleve: Eleve, nom: str, registre: Registre) -> bool:
    """Whether ``nom``, typed beside this student's number, may be their name.

    It is when the words are the same, or when those of one are among those of the other: order,
    case, accents, hyphens and civility do not count. Else it is not the name of anybody who has
    it, or nearly it, in the register; and it is near this student's (letters mistyped, words
    joined or cut), or has their first name beside another surname (a marriage), or their surname
    beside the beginning of their first name (« Max » for Maxime)."""
    if number_key(nom) == number_key(eleve.numero):
        return True  # only the number was typed, in both columns
    exacts = registre.named(nom)
    if exacts:
        return eleve in exacts
    tapes, connus = name_words(nom), name_words(eleve.nom_complet)
    if not tapes or not connus or set(tapes) <= set(connus) or set(connus) <= set(tapes):
        return True
    from rapidfuzz import fuzz, process

    ecrit, colle = " ".join(tapes), "".join(tapes)
    likeness = max(fuzz.ratio(ecrit, " ".join(connus)), fuzz.ratio(colle, "".join(connus)))
    autres = (" ".join(name_words(e.nom_complet)) for e in registre if e is not eleve)
    meilleur = process.extractOne(ecrit, autres, scorer=fuzz.ratio, score_cutoff=_PROCHE)
    if meilleur is not None and meilleur[1] >= likeness:
        return False
    if likeness >= _PROCHE:
        return True
    prenoms, noms = name_words(eleve.prenom), name_words(eleve.nom)

    def among(mots: tuple[str, ...]) -> bool:
        """Whether there are such words, all of them typed."""
        return bool(mots) and all(any(fuzz.ratio(m, t) >= _PROCHE for t in tapes) for m in mots)

    court = fold(eleve.prenom)
    reste = [t for t in tapes if not any(fuzz.ratio(t, mot) >= _PROCHE for mot in noms)]
    abrege = all(court.startswith(mot) or mot.startswith(court) for mot in reste if court)
    return among(prenoms) or (among(noms) and abrege)


def _mixed_up(dossiers: list[Dossier], registre: Registre, table: Table) -> list[LigneIllisible]:
    """The rows whose name is not that of their number; then those without a number that bear the
    name of a student whose number stands beside another name."""
    melees: list[tuple[Dossier, list[Eleve], str]] = []
    touches: dict[str, int] = {}
    for dossier in dossiers:
        eleve = registre.get(dossier.numero)
        if eleve is None or dossier.eleve == eleve.nom_complet:
            continue
        if not bears_name(eleve, dossier.eleve, registre):
            touches[eleve.numero] = dossier.ligne
            raison = f"le n° {dossier.numero} est celui {of(eleve.nom_complet)}"
            melees.append((dossier, [eleve, *registre.named(dossier.eleve)], raison))
    for dossier in dossiers if melees else ():
        siens = [] if dossier.numero else registre.named(dossier.eleve)
        if len(siens) == 1 and (numero := siens[0].numero) in touches:
            raison = (
                f"cette ligne n'a pas de numéro, et celui de cet élève ({numero}) est "
                f"ligne {touches[numero]}, sous un autre nom"
            )
            melees.append((dossier, siens, raison))
    quoi = "nom_et_numero" if len(melees) == 1 else "noms_et_numeros"
    illisibles: list[LigneIllisible] = []
    for d, concernes, raison in melees:
        dits = {"raison": raison, "nombre": len(melees)}
        faute = table.place.doubt(d.ligne, "eleve", d.eleve, quoi, **dits)
        numeros = tuple(dict.fromkeys(e.numero for e in concernes))
        illisibles.append(LigneIllisible(d.ligne, d.eleve, d.numero, True, faute, numeros))
    return illisibles
