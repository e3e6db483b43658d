"""The rows of the Tableau de suivi → dossiers, unreadable rows, anomalies; whose they are.

What stands in its columns and is no case (totals, signatures, notes, rules) is nobody's: it is
kept aside, and never written upon (contract, section 2). A row bears a name and a number; after
a sort of some of its columns, they are not the same student's, and nothing in it can be relied
upon: :func:`bears_name` says what counts as the same name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import Any, NamedTuple

from inactifs.classeur.cells import (
    Muette,
    pair,
    read_day,
    read_moyens,
    read_rappel,
    read_relance_days,
    read_resultat,
    read_text,
    reason_of_silence,
)
from inactifs.classeur.locating import Row, Table, rows
from inactifs.classeur.schema import TABLEAU, Nature, header_key
from inactifs.classeur.values import Anomalie, LigneIllisible, in_time
from inactifs.mots import fold, of
from inactifs.ooxml.references import cell_name
from inactifs.procedure.modele import Dossier, Eleve, Relance
from inactifs.registre import Registre, name_words, number_key

_REMEDES = {
    "dates_relances": "Tapez une date par ligne dans la cellule, comme 24/11/2026, dans l'ordre.",
    "moyens": "Tapez un moyen par date, dans le même ordre, un par ligne : SMS, Téléphone, "
    "Message vocal, Email ou Courrier, suivi de (répondu) si l'élève a répondu.",
    "resultat": "Tapez REPRISE ou ABANDON, ou videz la cellule.",
    "eleve": "Tapez le nom de l'élève.",
    "numero": "Tapez le numéro de l'élève, ou videz la cellule.",
    "a_rappeler_le": "Tapez un jour, avec l'heure s'il y en a une, comme 26/11/2026 18:00.",
}
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
    their number. ``douteux``: the numbers of the students for whom no second dossier may be
    opened, because one of these rows, or one that cannot be told from a homonym's, may be theirs.
    ``doublons``: the open rows of students who have a later one open (contract, section 2: one at
    most), later in the order of ``Classeur.dossiers_of``.
    """

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
    ``connus``: the dossiers that rows without a fault have given, which the same rows give again.
    """
    connus = {} if connus is None else connus
    dossiers: list[Dossier] = []
    illisibles: list[LigneIllisible] = []
    anomalies: list[Anomalie] = []
    margins = Margins(table, registre)
    for rangee in rows(table, TABLEAU, _REMEDES):
        numero = read_text(rangee.valeurs["numero"])
        eleve = " ".join(read_text(rangee.valeurs["eleve"]).split())
        if margins.takes(rangee, eleve, numero):
            continue
        if not eleve:
            connu = registre.get(numero)
            eleve = connu.nom_complet if connu and connu.nom_complet else numero
        valeurs = tuple(rangee.valeurs.values())
        cle = (rangee.ligne, eleve, valeurs, tuple(map(type, valeurs)))
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
        (*anomalies, *margins.anomalies, *(m.anomalie for m in melees.values()), *doutes),
        margins.fin,
        frozenset(douteux.union(*(m.autres for m in melees.values()))),
        frozenset(doublons),
    )


def _read(rangee: Row, eleve: str, numero: str) -> Dossier:
    """The dossier; what cannot be read in it is empty, and noted."""
    for champ in ("eleve", "numero"):
        if isinstance(valeur := rangee.valeurs[champ], Muette):
            rangee.note(champ, reason_of_silence(valeur))
    derniere_activite = rangee.day("derniere_activite")
    relances = _relances(rangee, derniere_activite)
    depuis = relances[-1].date if relances else derniere_activite
    lecteurs: dict[Nature, Callable[[object], Any]] = {
        Nature.TEXTE: read_text,
        Nature.NOTE: lambda v: v if type(v) is str else read_text(v),
        Nature.DATE: read_day,
        Nature.MOMENT: lambda v: read_rappel(v, depuis),
        Nature.RESULTAT: read_resultat,
    }
    lus = {c.champ: rangee.attempt(c.champ, lecteurs[c.nature]) for c in _SIMPLES}
    return Dossier(eleve, numero, derniere_activite, relances, ligne=rangee.ligne, **lus)  # type: ignore[arg-type]


def _relances(rangee: Row, derniere_activite: date | None) -> tuple[Relance, ...]:
    dates, moyens = rangee.valeurs["dates_relances"], rangee.valeurs["moyens"]
    if dates == "" and moyens == "":
        return ()
    if isinstance(moyens, Muette):
        rangee.note("moyens", reason_of_silence(moyens))
        return ()
    jours = rangee.attempt("dates_relances", lambda v: read_relance_days(v, derniere_activite))
    if jours is None:
        return ()
    texte = read_text(moyens)
    relances = rangee.attempt("moyens", lambda _: pair(jours, read_moyens(texte)))
    if relances and not texte:
        raison = "les moyens de ces relances ne sont pas indiqués"
        rangee.note("moyens", raison, gravite="avertissement")
    return tuple(relances or ())


class Margins:
    """Follows the rows of a tableau downwards, and keeps aside those that are no case.

    ``fin`` is the last row that is a student's; ``anomalies`` reports the rows kept aside.
    """

    def __init__(self, table: Table, registre: Registre) -> None:
        self.fin = table.place.entete
        self.anomalies: list[Anomalie] = []
        self._table = table
        self._registre = registre
        self._detached = False  # a blank row parts what follows from the last student
        self._elsewhere: list[int] = []  # rows since then with something in other columns only
        self._used = [i for i, e in enumerate(table.lignes[self.fin - 1]) if e != ""]

    def takes(self, rangee: Row, eleve: str, numero: str) -> bool:
        """Whether this row is none of the tableau's: blank, a note, a total, or unknown.

        A name or a number that the register knows is a student's in any case. The computed
        columns do not tell.
        """
        if numero or (eleve and not self._is_note(rangee, eleve)):
            self.anomalies += map(self._note, self._elsewhere)
            self._elsewhere.clear()
            self.fin, self._detached = rangee.ligne, False
            return False
        valeurs = [v for champ, v in rangee.valeurs.items() if champ not in _CALCULES and v != ""]
        if not any(map(read_text, valeurs)):
            self._detached = self.fin > self._table.place.entete
            cellules = self._table.lignes[rangee.ligne - 1]
            if any(read_text(cellules[i]) for i in self._used):
                self._elsewhere.append(rangee.ligne)
        elif isinstance(nom := rangee.valeurs["eleve"], Muette):
            rangee.note("eleve", reason_of_silence(nom))
        elif eleve or all(isinstance(v, int | float) for v in valeurs):
            self.anomalies.append(self._note(rangee.ligne))
        else:
            contenu = next(t for v in valeurs if (t := read_text(v)))
            raison = "la ligne est remplie mais ne dit pas de quel élève il s'agit"
            remede = "Tapez le nom de l'élève ou son numéro, ou effacez la ligne."
            signaler = self._table.place.reporter(rangee.ligne)
            self.anomalies.append(signaler("eleve", contenu, raison, remede, "erreur"))
        self.anomalies += rangee.faults
        return True

    def _is_note(self, rangee: Row, eleve: str) -> bool:
        nom = rangee.valeurs["eleve"]
        if isinstance(nom, Muette) or header_key(eleve) == "eleve":
            return True
        dates = (rangee.valeurs[champ] for champ in ("derniere_activite", "dates_relances"))
        if any(isinstance(v, str | date) and v != "" for v in dates):
            return False  # a date was typed on it
        if not isinstance(nom, str) or _SIGNE.search(eleve) or _DEBUT.match(fold(eleve)):
            note = True
        else:
            cellules = self._table.lignes[rangee.ligne - 1]
            note = self._detached and sum(v not in ("", None) for v in cellules) == 1
        return note and not (self._registre.named(eleve) or self._registre.get(eleve))

    def _note(self, ligne: int) -> Anomalie:
        rangee = self._table.lignes[ligne - 1]
        colonne = next(col for col, v in enumerate(rangee, 1) if read_text(v))
        return Anomalie(
            "avertissement",
            self._table.place.nom,
            cell_name(ligne, colonne),
            read_text(rangee[colonne - 1]),
            "Cette ligne n'est pas celle d'un élève : elle n'est pas lue.",
            "C'est bien si c'est une note ou un total (laissez au-dessus quelques lignes vides : "
            "les nouveaux dossiers s'y mettent) ; sinon, tapez sur la ligne un nom et une date.",
        )


def _doubtful_owners(
    lignes: list[Dossier | LigneIllisible], registre: Registre, table: Table
) -> tuple[list[Anomalie], set[str], set[int]]:
    """Rows without a number that several students answer to, students with two open rows: what is
    to be said, ``douteux`` and ``doublons`` of :class:`TableauLu`."""
    anomalies: list[Anomalie] = []
    douteux: set[str] = set()
    doublons: set[int] = set()
    premieres: dict[object, int] = {}
    derniers: dict[object, Dossier] = {}
    for rangee in sorted(lignes, key=lambda r: r.ligne):
        ouverte = rangee.ouvert if isinstance(rangee, Dossier) else rangee.ouverte
        possibles = registre.meant(rangee.numero, rangee.eleve)
        if len(possibles) > 1:
            anomalies.append(_homonyms(rangee, possibles, table))
        if (len(possibles) > 1 and ouverte) or isinstance(rangee, LigneIllisible):
            douteux.update(e.numero for e in possibles)
        if len(possibles) <= 1 and ouverte:
            cle = _identity(rangee, possibles)
            if cle in premieres:
                anomalies.append(_second(rangee, premieres[cle], table))
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
    beside the beginning of their first name (« Max » for Maxime).
    """
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

    def among(mot: str) -> bool:
        return any(fuzz.ratio(mot, tape) >= _PROCHE for tape in tapes)

    if prenoms and all(among(mot) for mot in prenoms):
        return True
    reste = [t for t in tapes if not any(fuzz.ratio(t, mot) >= _PROCHE for mot in noms)]
    court = fold(eleve.prenom)
    return bool(noms) and all(among(m) for m in noms) and all(
        court.startswith(mot) or mot.startswith(court) for mot in reste if court
    )  # fmt: skip


def _mixed_up(
    dossiers: list[Dossier], registre: Registre, table: Table
) -> Iterator[LigneIllisible]:
    """The rows whose name is not that of their number; then those without a number that bear the
    name of a student whose number stands beside another name."""
    melees: list[tuple[Dossier, Eleve]] = []
    for dossier in dossiers:
        eleve = registre.get(dossier.numero)
        if eleve is None or dossier.eleve == eleve.nom_complet:
            continue
        if not bears_name(eleve, dossier.eleve, registre):
            melees.append((dossier, eleve))
    touches = {e.numero: d for d, e in melees}
    sans_numero = [
        (d, touches[siens[0].numero])
        for d in (dossiers if melees else ())
        if not d.numero
        and len(siens := registre.named(d.eleve)) == 1
        and siens[0].numero in touches
    ]
    nombre = len(melees) + len(sans_numero)
    for dossier, eleve in melees:
        concernes = (eleve, *registre.named(dossier.eleve))
        raison = f"le n° {dossier.numero} est celui {of(eleve.nom_complet)}"
        yield _unreadable(table, dossier, concernes, raison, nombre)
    for dossier, autre in sans_numero:
        raison = (
            f"cette ligne n'a pas de numéro, et celui de cet élève ({autre.numero}) est "
            f"ligne {autre.ligne}, sous un autre nom"
        )
        yield _unreadable(table, dossier, tuple(registre.named(dossier.eleve)), raison, nombre)


def _unreadable(
    table: Table, dossier: Dossier, concernes: tuple[Eleve, ...], raison: str, nombre: int
) -> LigneIllisible:
    remede = "Corrigez le nom ou le numéro, comme dans la feuille Élèves."
    if nombre > 1:
        raison += f" ; {nombre} lignes sont ainsi : la feuille a été triée en partie ?"
        remede = (
            "Annulez le tri dans Excel (Ctrl+Z), ou retrouvez une version d'avant : "
            "inactifs undo --liste. Triez ensuite toutes les colonnes ensemble."
        )
    signaler = table.place.reporter(dossier.ligne)
    anomalie = signaler("eleve", dossier.eleve, raison, remede, "erreur")
    numeros = tuple(dict.fromkeys(e.numero for e in concernes))
    return LigneIllisible(dossier.ligne, dossier.eleve, dossier.numero, True, anomalie, numeros)


def _identity(rangee: Dossier | LigneIllisible, possibles: list[Eleve]) -> object:
    if possibles or rangee.numero:
        return number_key(possibles[0].numero if possibles else rangee.numero)
    return name_words(rangee.eleve)


def _homonyms(rangee: Dossier | LigneIllisible, possibles: list[Eleve], table: Table) -> Anomalie:
    numeros = ", ".join(e.numero for e in possibles)
    return table.place.reporter(rangee.ligne)(
        "eleve",
        rangee.eleve,
        f"plusieurs élèves portent ce nom (n° {numeros}) et la ligne ne dit pas lequel",
        "Tapez le numéro de l'élève dans la colonne N° ÉLÈVE.",
    )


def _second(rangee: Dossier | LigneIllisible, premiere: int, table: Table) -> Anomalie:
    return table.place.reporter(rangee.ligne)(
        "eleve",
        rangee.eleve,
        f"cet élève a déjà un dossier ouvert, ligne {premiere}",
        "Gardez-en un seul : notez le résultat de l'autre, ou effacez la ligne en trop.",
        "erreur",
    )
