"""From the tableau's dossiers to the figures of a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import fmean, median

from inactifs.bilan.counts import Bilan, BilanRelances, Cas, Delais, IssuesEtape, Mouvement
from inactifs.bilan.history import Histoire, RelanceFaite, histories
from inactifs.bilan.month import Mois
from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.mots import directory_key, simplify
from inactifs.procedure.inactivite import CANAUX_SUIVIS, stale_imports
from inactifs.procedure.modele import Dossier, Eleve, Etat, Regles, Resultat
from inactifs.procedure.suivi import Situation, new_activity, situate
from inactifs.registre import Registre


def monthly(
    dossiers: Sequence[Dossier],
    eleves: Iterable[Eleve],
    regles: Regles,
    mois: Mois,
    aujourdhui: date,
    *,
    imports: Mapping[str, date | None] | None = None,
) -> Bilan:
    """The figures of ``mois``, from the dossiers' dates as the tableau gives them.

    Args:
        dossiers: every readable row of the tableau.
        eleves: the register (a ``Registre`` will do).
        regles: the procedure as the school sets it.
        mois: the month reported on.
        aujourdhui: the day of the report; nothing dated later is counted.
        imports: the day of the last import of each channel.

    Raises:
        Refus: the month has not begun.
    """
    if mois.premier > aujourdhui:
        raise Refus(
            f"Le mois {mois.de} n'a pas commencé : nous sommes le {french(aujourdhui)}.",
            "Donnez après --mois un mois commencé, au format AAAA-MM.",
        )
    registre = eleves if isinstance(eleves, Registre) else Registre(eleves)
    datees, sans_date = histories(dossiers, registre, regles)
    debut, fin = mois.premier, min(mois.dernier, aujourdhui)
    annee = mois.shifted(-11).premier
    en_cours = mois == Mois.of(aujourdhui)
    termines = _ended(datees, debut, fin)
    termines_annee = _ended(datees, annee, fin)
    cas = _cases(datees, debut, fin, regles)
    causes, sans_cause = _causes([c.situation.dossier for c in cas], regles)
    relances = _relances(datees, debut, fin)
    jours_import = {canal: (imports or {}).get(canal) for canal in CANAUX_SUIVIS}
    return Bilan(
        mois=mois,
        arrete_au=fin,
        en_cours=en_cours,
        regles=regles,
        eleves_suivis=_followed(registre, datees, fin),
        mouvement=movement(datees, debut, fin),
        relances=_sum_relances(relances, regles),
        delais=_delays(termines),
        causes=causes,
        causes_non_renseignees=sans_cause,
        issues_par_etape=_outcomes(termines, regles),
        serie=tuple(_series(datees, mois)),
        douze_mois=movement(datees, annee, fin),
        delais_douze_mois=_delays(termines_annee),
        issues_douze_mois=_outcomes(termines_annee, regles),
        cas=cas,
        relances_faites=tuple(relances),
        en_retard=_late(datees, regles, aujourdhui),
        etabli_le=aujourdhui,
        sans_date=tuple(sans_date),
        imports=jours_import,
        perimes=stale_imports(jours_import, regles, aujourdhui),
    )


def movement(datees: Iterable[Histoire], debut: date, fin: date) -> Mouvement:
    """What came and went from ``debut`` to ``fin``, both days included."""
    ouverts_debut = detectes = ouverts_fin = relances = 0
    issues: Counter[Resultat | None] = Counter()
    for h in datees:
        relances += sum(debut <= r.relance.date <= fin for r in h.relances)
        if h.debut > fin or (h.fin is not None and h.fin < debut):
            continue
        if h.debut < debut:
            ouverts_debut += 1
        else:
            detectes += 1
        if h.ended_by(fin):
            issues[h.dossier.resultat] += 1
        else:
            ouverts_fin += 1
    return Mouvement(
        ouverts_debut=ouverts_debut,
        detectes=detectes,
        reprises=issues[Resultat.REPRISE],
        abandons=issues[Resultat.ABANDON],
        ouverts_fin=ouverts_fin,
        relances=relances,
    )


def _series(datees: list[Histoire], mois: Mois) -> list[tuple[Mois, Mouvement]]:
    avant = [mois.shifted(n) for n in range(-12, 0)]
    return [(m, movement(datees, m.premier, m.dernier)) for m in avant]


def _ended(datees: Iterable[Histoire], debut: date, fin: date) -> list[Histoire]:
    return [h for h in datees if h.fin is not None and debut <= h.fin <= fin]


def _followed(registre: Registre, datees: Iterable[Histoire], fin: date) -> int:
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
    return sum(
        (e.inscrit_le is None or e.inscrit_le <= fin)
        and (e.suivi or e.numero in abandons_depuis)
        and e.numero not in revenus_depuis
        for e in registre
    )


def _cases(datees: Iterable[Histoire], debut: date, fin: date, regles: Regles) -> tuple[Cas, ...]:
    """The dossiers open in the period: the open ones by due date, then the others by end."""
    cas = [
        _case(h, h.situation_on(fin, regles), fin)
        for h in datees
        if h.debut <= fin and (h.fin is None or h.fin >= debut)
    ]
    return tuple(
        sorted(
            cas,
            key=lambda c: (
                c.fin is not None,
                c.fin or c.situation.echeance or date.max,
                directory_key(c.situation.dossier.eleve),
            ),
        )
    )


def _case(h: Histoire, situation: Situation, jour: date) -> Cas:
    faites = [r.etape for r in h.relances if r.relance.date <= jour]
    return Cas(
        situation=situation,
        eleve=h.eleve,
        debut=h.debut,
        fin=h.fin if h.ended_by(jour) else None,
        etape_atteinte=faites[-1] if faites else 0,
    )


def _causes(dossiers: Iterable[Dossier], regles: Regles) -> tuple[dict[str, int], int]:
    """How many dossiers have each cause, the most frequent first, and how many have none."""
    connues = {simplify(c): c for c in regles.causes}
    compte = Counter(connues.get(simplify(d.cause), d.cause.strip()) for d in dossiers)
    sans_cause = compte.pop("", 0)
    return dict(sorted(compte.items(), key=lambda c: (-c[1], c[0]))), sans_cause


def _relances(datees: Iterable[Histoire], debut: date, fin: date) -> list[RelanceFaite]:
    """The relances of a period, both days included, in order of time, each with its step."""
    faites = [r for h in datees for r in h.relances if debut <= r.relance.date <= fin]
    return sorted(faites, key=lambda r: (r.relance.date, directory_key(r.dossier.eleve)))


def _sum_relances(faites: Sequence[RelanceFaite], regles: Regles) -> BilanRelances:
    par_etape = Counter({e.numero: 0 for e in regles.plan})
    par_responsable = Counter({e.responsable: 0 for e in regles.plan})
    par_etape.update(r.etape for r in faites)
    par_responsable.update(r.responsable for r in faites)
    retards = [r.retard_jours for r in faites if not r.dans_les_delais]
    return BilanRelances(
        total=len(faites),
        par_etape=dict(par_etape),
        par_moyen=dict(Counter(r.relance.moyen for r in faites).most_common()),
        par_responsable=dict(par_responsable),
        dans_les_delais=len(faites) - len(retards),
        retard_median_jours=median(retards) if retards else None,
        reponses=sum(r.relance.repondu for r in faites),
    )


def _delays(termines: Sequence[Histoire]) -> Delais:
    issues = [h.duree_jours for h in termines]
    reprises = [h.duree_jours for h in termines if h.dossier.resultat is Resultat.REPRISE]
    return Delais(
        moyen_reprise=fmean(reprises) if reprises else None,
        median_reprise=median(reprises) if reprises else None,
        median_issue=median(issues) if issues else None,
    )


def _outcomes(termines: Iterable[Histoire], regles: Regles) -> tuple[IssuesEtape, ...]:
    compte = Counter((h.etape_atteinte, h.dossier.resultat) for h in termines)
    etapes = {0, *(e.numero for e in regles.plan), *(etape for etape, _ in compte)}
    return tuple(
        IssuesEtape(n, compte[n, Resultat.REPRISE], compte[n, Resultat.ABANDON])
        for n in sorted(etapes)
    )


def _late(datees: Iterable[Histoire], regles: Regles, jour: date) -> tuple[Cas, ...]:
    """What should have been done before ``jour``, the longest due first.

    A dossier that the next ``detect`` will end or suspend, because its student was active
    since, is not late.
    """
    ouverts = [
        _case(h, situate(h.dossier, h.eleve, regles, jour), jour)
        for h in datees
        if h.dossier.ouvert
        and (h.eleve is None or (h.eleve.suivi and new_activity(h.dossier, h.eleve) is None))
    ]
    tardifs = [
        c
        for c in ouverts
        if c.situation.etat in (Etat.A_RELANCER, Etat.A_CLOTURER) and c.situation.retard_jours > 0
    ]
    return tuple(
        sorted(
            tardifs,
            key=lambda c: (-c.situation.retard_jours, directory_key(c.situation.dossier.eleve)),
        )
    )
