"""From the tableau's dossiers to the figures of a month, or of any period; of several schools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial, reduce
from operator import add, itemgetter

from inactifs.bilan.figures import FIGURES, Figure, Part, Periode, Valeur, Vue
from inactifs.bilan.timelines import Echeances, Histoire, RelanceFaite, histories
from inactifs.dates import Intervalle, Mois, Temps, french, months_of
from inactifs.erreurs import Refus
from inactifs.mots import directory_key
from inactifs.procedure.eleve import CANAUX_SUIVIS, stale_imports
from inactifs.procedure.modele import Dossier, Eleve, Etat, Regles, Resultat
from inactifs.procedure.suivi import Situation, new_activity, situate
from inactifs.registre import Registre


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A figure with its value, and the one over twelve months where it has one."""

    figure: Figure
    valeur: Valeur
    annee: Valeur = None

    @property
    def nombre(self) -> float | None:
        """The value as one number; None when it is not one, or cannot be computed."""
        return number_of(self.valeur)


@dataclass(frozen=True, slots=True)
class Cas:
    """A dossier as it stood on the day of the report (the period's end, or today); ``fin`` is the
    day of its outcome, None when it was still open."""

    situation: Situation
    eleve: Eleve | None
    debut: date
    fin: date | None

    @property
    def dossier(self) -> Dossier:
        """The case itself, as it stood then."""
        return self.situation.dossier

    @property
    def numero(self) -> str:
        """The student's number, from the tableau or the register."""
        return self.dossier.numero or (self.eleve.numero if self.eleve else "")


@dataclass(frozen=True, slots=True)
class Etabli:
    """What a report is made from, and when. ``imports`` gives the day of the last import of each
    channel, ``echeances`` when each step was due, as the journal noted it on the day on which it
    was done."""

    jour: date
    imports: Mapping[str, date | None] = field(default_factory=dict)
    echeances: Echeances = dict


@dataclass(frozen=True, slots=True)
class Bilan:
    """The figures of a month or of another period; ``figures`` says what each means.

    ``temps`` is what it is about, ``arrete_au`` its last day, or today while it is running
    (``en_cours``). ``annee`` is the year that ends with it, ``serie`` the twelve months before
    and it (the months of the period, for another one), oldest first; before the first date of
    the tableau there is nothing to tell, and None. ``en_retard`` is what is late on
    ``etabli_le``, the day of the report: of all its figures, the only one that another day
    changes. ``sans_date`` are the dossiers that no figure counts, because their row has no date.
    ``imports`` gives the day of each import, ``perimes`` the channels that are stale or were
    never imported.
    """

    temps: Temps
    arrete_au: date
    en_cours: bool
    regles: Regles
    periode: Periode
    annee: Periode
    chiffres: tuple[Chiffre, ...]
    serie: tuple[tuple[Mois, Periode | None], ...]
    cas: tuple[Cas, ...]
    etabli_le: date
    en_retard: tuple[Cas, ...]
    sans_date: tuple[Dossier, ...]
    imports: Mapping[str, date | None]
    perimes: tuple[str, ...]

    def __getitem__(self, cle: str) -> Valeur:
        """The value of a figure, by its key."""
        return next(c.valeur for c in self.chiffres if c.figure.cle == cle)

    def seen(self, vue: Vue) -> list[Chiffre]:
        """The figures that stand there."""
        return [c for c in self.chiffres if vue in c.figure.vues]


def number_of(valeur: Valeur) -> float | None:
    """A value as one number: a share is its quotient; a breakdown is none."""
    if isinstance(valeur, Part):
        return valeur.valeur
    return valeur if isinstance(valeur, int | float) else None


def report_on(
    dossiers: Sequence[Dossier],
    eleves: Iterable[Eleve],
    regles: Regles,
    temps: Temps,
    etabli: Etabli,
    figures: Sequence[Figure] = FIGURES,
) -> Bilan:
    """The figures of ``temps``, from the dossiers' dates as the tableau gives them: every
    readable row, and the register. Nothing dated later than the day of the report is counted.

    Raises:
        Refus: the month, or the period, has not begun.
    """
    jour = etabli.jour
    _require_begun(temps, jour)
    registre = eleves if isinstance(eleves, Registre) else Registre(eleves)
    datees, sans_date = histories(dossiers, registre, regles, etabli.echeances)
    datees.sort(key=lambda h: directory_key(h.dossier.eleve))  # every list below keeps it
    fin = min(temps.dernier, jour)
    period = partial(_period, datees, registre, regles)
    periode, annee = period(temps.premier, fin), period(Mois.of(fin).shifted(-11).premier, fin)
    imports = {canal: etabli.imports.get(canal) for canal in CANAUX_SUIVIS}
    return Bilan(
        temps=temps,
        arrete_au=fin,
        en_cours=temps.dernier > jour or temps == Mois.of(jour),
        regles=regles,
        periode=periode,
        annee=annee,
        chiffres=tuple(
            Chiffre(f, f.of(periode), f.of(annee) if Vue.ANNEE in f.vues else None) for f in figures
        ),
        serie=tuple(_series(temps, periode, min((h.debut for h in datees), default=None), period)),
        cas=_cases(periode),
        etabli_le=jour,
        en_retard=_late(datees, regles, jour),
        sans_date=tuple(sans_date),
        imports=imports,
        perimes=stale_imports(imports, regles, jour),
    )


def _require_begun(temps: Temps, jour: date) -> None:
    if temps.premier > jour:
        raise Refus(
            f"Le rapport {temps.du} est demandé trop tôt : nous sommes le {french(jour)}.",
            "Donnez après --mois un mois commencé, au format AAAA-MM.",
        )


def _period(
    datees: Sequence[Histoire], registre: Registre, regles: Regles, debut: date, fin: date
) -> Periode:
    """What happened from ``debut`` to ``fin``, both days included."""
    faites = [r for h in datees for r in h.relances]

    def within(day_of: Callable[[RelanceFaite], date | None]) -> tuple[RelanceFaite, ...]:
        siennes = [(jour, r) for r in faites if (jour := day_of(r)) and debut <= jour <= fin]
        return tuple(r for _, r in sorted(siennes, key=itemgetter(0)))

    histoires = tuple(h for h in datees if h.debut <= fin and (h.fin is None or h.fin >= debut))
    relances, reponses = within(lambda r: r.relance.date), within(lambda r: r.relance.reponse_le)
    suivis = _followed(registre, datees, fin, regles)
    return Periode(debut, fin, regles, histoires, relances, reponses, suivis)


def _series(
    temps: Temps, periode: Periode, premiere: date | None, period: Callable[[date, date], Periode]
) -> Iterator[tuple[Mois, Periode | None]]:
    """Month by month; None before ``premiere``, the first date of the tableau."""
    if isinstance(temps, Intervalle):
        mois = months_of(temps)
    else:
        mois = [temps.shifted(n) for n in range(-12, 1)]
    for m in mois:
        if premiere is None or m.dernier < premiere:
            yield m, None
        elif m == temps:
            yield m, periode
        else:
            debut = m.premier if isinstance(temps, Mois) else max(m.premier, temps.premier)
            yield m, period(debut, min(m.dernier, periode.fin))


def _followed(
    registre: Registre, datees: Iterable[Histoire], fin: date, regles: Regles
) -> tuple[Eleve, ...]:
    """The register only tells who is followed today: an abandonniste since was followed then,
    and one who came back since was not."""
    abandons_depuis, revenus_depuis = set(), set()
    for h in datees:
        if h.eleve is None or h.dossier.resultat is not Resultat.ABANDON:
            continue
        if not h.ended_by(fin):
            abandons_depuis.add(h.eleve.numero)
        elif h.rouvert_le is not None and h.rouvert_le > fin:
            revenus_depuis.add(h.eleve.numero)
    return tuple(
        e
        for e in registre
        if (e.inscrit_le is None or e.inscrit_le <= fin)
        and (regles.follow(e) or e.numero in abandons_depuis)
        and e.numero not in revenus_depuis
    )


def _cases(periode: Periode) -> tuple[Cas, ...]:
    """The dossiers open in the period: the open ones by due date, then the others by end."""
    jour = periode.fin
    cas = [
        Cas(
            h.situation_on(jour, periode.regles),
            h.eleve,
            h.debut,
            h.fin if h.ended_by(jour) else None,
        )
        for h in periode.histoires
    ]
    cas.sort(key=lambda c: (c.fin is not None, c.fin or c.situation.echeance or date.max))
    return tuple(cas)


def _late(datees: Iterable[Histoire], regles: Regles, jour: date) -> tuple[Cas, ...]:
    """What should have been done before ``jour``, the longest due first; but for a dossier that
    the next ``detect`` will end or suspend, because its student was active since."""
    tardifs = [
        Cas(situation, h.eleve, h.debut, None)
        for h in datees
        if h.dossier.ouvert
        and (h.eleve is None or (h.eleve.suivi and new_activity(h.dossier, h.eleve) is None))
        and (situation := situate(h.dossier, h.eleve, regles, jour)).retard_jours > 0
        and situation.etat in (Etat.A_RAPPELER, Etat.A_RELANCER, Etat.A_CLOTURER)
    ]
    return tuple(sorted(tardifs, key=lambda c: -c.situation.retard_jours))


COLONNES: tuple[Figure, ...] = tuple(f for f in FIGURES if Vue.ECOLES in f.vues)
"""The figures of a school's line, in order: counts and shares, which add up."""


@dataclass(frozen=True, slots=True)
class LigneEcole:
    """A school's month in a few values that add up, small enough to keep a thousand of. ``valeurs``
    are by the figures' keys; ``classeur`` says where they were read."""

    ecole: str
    valeurs: Mapping[str, int | Part]
    classeur: str = ""


@dataclass(frozen=True, slots=True)
class Consolidation:
    """One line a school, in the order given, and the total of them all."""

    ecoles: tuple[LigneEcole, ...]
    total: LigneEcole


def school_line(ecole: str, bilan: Bilan) -> LigneEcole:
    """The line of one school."""
    valeurs = {f.cle: valeur for f in COLONNES if isinstance(valeur := bilan[f.cle], int | Part)}
    return LigneEcole(ecole, valeurs)


def consolidate(lignes: Iterable[LigneEcole]) -> Consolidation:
    """The schools' lines and their total; read one at a time, the bilans need not be kept."""
    ecoles = tuple(lignes)
    total = {f.cle: reduce(add, [e.valeurs[f.cle] for e in ecoles] or [0]) for f in COLONNES}
    return Consolidation(ecoles, LigneEcole("Total", total))
