"""The texts of a new sheet Modèles, as data: each step by each means.

The procedure asks of every relance that it seek the cause, propose an interview or a recovery
plan, and inform of the consequences (contract, section 1); these grow firmer from the first to
the third. What they say of the law: inactivity alone cancels nothing; the registration (NEPH)
is valid five years, extended by five on passing the theory test, and the theory pass is valid
five years (arrêté du 20 avril 2012, NOR IOCS1221841A, articles 1 and 2, as amended by the
arrêté du 17 novembre 2022).

SMS keep to the letters of the GSM alphabet (no ç, ê, ô, À): one more would more than double
their number. Voice messages last twenty seconds.
"""

from __future__ import annotations

from inactifs.classeur.valeurs import Modele
from inactifs.procedure.modele import Moyen

_VALIDITE = """\
votre inscription au permis (numéro NEPH) est valable 5 ans, prolongés de 5 ans par la réussite \
au code, et le code réussi est valable 5 ans. Passé ces délais, il faut se réinscrire ou \
repasser le code.\
"""

_CAUSES_A_COCHER = """\
Cause à cocher (une seule suffit) :
{causes}
Ne rien noter de plus sur la santé ou la vie privée.\
"""

_SMS_1 = """\
Bonjour {prenom}, {auto_ecole} prend de vos nouvelles. Un souci, un manque de temps ? \
Dites-nous ce qui vous freine : un rendez-vous ou un plan de reprise peut tout relancer. \
Le code et l'inscription (NEPH) ne sont valables que 5 ans. Tél. {telephone_ecole}\
"""

_TELEPHONE_1 = (
    """\
1. SE PRÉSENTER
« Bonjour {prenom}, c'est {auto_ecole}. Je vous appelle pour prendre de vos nouvelles. \
Avez-vous deux minutes ? » Sinon, convenir d'un jour et d'une heure pour rappeler.

2. CHERCHER LA CAUSE : écouter, sans juger
« Nous sommes sans nouvelles de vous depuis le {derniere_activite}. Que s'est-il passé ? »
« Qu'est-ce qui vous aiderait à reprendre ? »
« Les horaires, les cours, le budget : y a-t-il quelque chose que nous pouvons changer ? »
"""
    + _CAUSES_A_COCHER
    + """

3. PROPOSER
☐ Un entretien avec le responsable pédagogique, sur place ou par téléphone. Date : ………
☐ Un plan de reprise : premier cours le ………, puis ……… par semaine.
☐ Une pause, si elle est choisie. Date à laquelle rappeler : ………

4. INFORMER, simplement
« Une pause n'annule rien. Mais """
    + _VALIDITE
    + """ Et sans nouvelles de vous, la formation reste interrompue. »

5. CONCLURE
Redire ce qui est convenu, remercier, puis noter la relance et son résultat.\
"""
)

_VOCAL_1 = """\
Bonjour {prenom}, c'est {auto_ecole}. Nous aimerions savoir comment vous allez. Si quelque \
chose freine votre formation, un rendez-vous ou un plan de reprise peut aider. Le code et \
l'inscription ne restent valables que cinq ans. Rappelez-nous au {telephone_ecole}. À bientôt !\
"""

_EMAIL_1 = (
    """\
Bonjour {prenom},

Nous n'avons pas noté d'activité de votre part depuis le {derniere_activite} : ni cours de \
conduite, ni connexion à la plateforme de révision, ni échange avec nous. Nous voulions \
simplement prendre de vos nouvelles.

Qu'est-ce qui vous freine en ce moment ? Le budget, l'emploi du temps, les études ou le \
travail, un déménagement, l'envie, nos disponibilités ? Un mot suffit, sans entrer dans les \
détails : il nous aidera à vous aider.

Nous vous proposons, au choix :
- un entretien, à l'auto-école ou par téléphone, pour faire le point ;
- un plan de reprise, à votre rythme ;
- une pause, si vous en avez besoin, avec une date pour nous reparler.

Bon à savoir : une pause n'annule rien à elle seule. Mais """
    + _VALIDITE
    + """ Et tant que rien ne reprend, votre formation est interrompue.

Répondez à cet email ou appelez-nous au {telephone_ecole}.

À bientôt,
{auto_ecole}\
"""
)

_COURRIER_1 = (
    """\
{auto_ecole}
{telephone_ecole}

{eleve}

Le {date_relance}

Bonjour {prenom},

Nous n'avons pas noté d'activité de votre part depuis le {derniere_activite}, et nous voulions \
prendre de vos nouvelles.

Si quelque chose vous freine, dites-le-nous en un mot, sans entrer dans les détails. Nous vous \
proposerons un entretien, un plan de reprise à votre rythme, ou une pause avec une date pour \
nous reparler.

Une pause n'annule rien à elle seule. Mais """
    + _VALIDITE
    + """ Et tant que rien ne reprend, votre formation est interrompue.

Appelez-nous au {telephone_ecole}, ou passez nous voir.

À bientôt,
Le secrétariat, {auto_ecole}\
"""
)

_SMS_2 = """\
Bonjour {prenom}, toujours sans nouvelles de vous : qu'est-ce qui vous freine ? Proposons un \
entretien et un plan de reprise. Sans retour, votre formation sera interrompue ; passé 5 ans, \
le code ou l'inscription (NEPH) sont à refaire. {auto_ecole}, {telephone_ecole}\
"""

_TELEPHONE_2 = (
    """\
1. SE PRÉSENTER
« Bonjour {prenom}, c'est {auto_ecole}, le responsable pédagogique. Nous avons déjà cherché \
à vous joindre. Avez-vous cinq minutes ? » Sinon, convenir d'un jour et d'une heure pour rappeler.

2. CHERCHER LA CAUSE : écouter, sans juger
« Nous restons sans nouvelles de vous depuis le {derniere_activite}. Qu'est-ce qui vous arrête ? »
« Qu'est-ce qui n'allait pas dans les cours, ou dans notre façon de faire ? »
« Souhaitez-vous toujours passer le permis ? Pour quand ? »
"""
    + _CAUSES_A_COCHER
    + """

3. PROPOSER, avec des dates
☐ Un entretien le ………, à ……… h.
☐ Un plan de reprise : bilan de conduite le ………, puis ……… par semaine, examen visé le ………
☐ Une pause, si elle est choisie. Date à laquelle rappeler : ………

4. INFORMER
« Rien n'est perdu aujourd'hui. Mais """
    + _VALIDITE
    + """ Sans réponse à nos relances, nous devrons interrompre la formation et clôturer le \
dossier. »

5. CONCLURE
Redire ce qui est convenu, remercier, puis noter la relance et son résultat.\
"""
)

_VOCAL_2 = """\
Bonjour {prenom}, {auto_ecole} vous rappelle. Dites-nous ce qui vous arrête : nous préparerons \
ensemble un entretien et un plan de reprise. Sans nouvelles, votre formation sera interrompue, \
et le code comme l'inscription finissent par se perdre après cinq ans. Notre numéro : \
{telephone_ecole}. Merci !\
"""

_EMAIL_2 = (
    """\
Bonjour {prenom},

Nous avons cherché à vous joindre il y a quelques jours, et nous restons sans nouvelles de \
vous. Votre dernière activité remonte au {derniere_activite}.

Nous aimerions comprendre ce qui vous arrête : le budget, le temps, les études ou le travail, \
l'envie, nos horaires, notre façon de faire ? Un mot suffit, sans entrer dans les détails.

Nous vous proposons un entretien, à l'auto-école ou par téléphone. Nous y ferons le point sur \
vos acquis et nous écrirons ensemble un plan de reprise : des cours à des jours qui vous \
conviennent, et une date d'examen à viser.

Il est important que vous le sachiez :
- sans réponse à nos relances, nous devrons interrompre votre formation et clôturer votre \
dossier ;
- """
    + _VALIDITE
    + """

Rien n'est perdu aujourd'hui. Répondez à cet email ou appelez-nous au {telephone_ecole} : nous \
trouverons une solution.

Bien à vous,
L'équipe pédagogique, {auto_ecole}\
"""
)

_COURRIER_2 = (
    """\
{auto_ecole}
{telephone_ecole}

{eleve}

Le {date_relance}

Bonjour {prenom},

Malgré notre premier message, nous restons sans nouvelles de vous. Votre dernière activité \
remonte au {derniere_activite}.

Dites-nous en un mot ce qui vous arrête. Nous vous proposons un entretien, à l'auto-école ou \
par téléphone, pour faire le point sur vos acquis et écrire ensemble un plan de reprise.

Il est important que vous le sachiez :
- sans réponse à nos relances, nous devrons interrompre votre formation et clôturer votre \
dossier ;
- """
    + _VALIDITE
    + """

Rien n'est perdu aujourd'hui. Appelez-nous au {telephone_ecole}, ou passez nous voir.

Bien à vous,
L'équipe pédagogique, {auto_ecole}\
"""
)

_SMS_3 = """\
{prenom}, dernier message : sans réponse, {auto_ecole} va clore votre dossier et votre \
formation prendra fin. Passé 5 ans, code et inscription (NEPH) sont à refaire. Un blocage ? \
Un mot suffit pour un entretien ou un plan de reprise : {telephone_ecole}\
"""

_TELEPHONE_3 = (
    """\
1. SE PRÉSENTER
« Bonjour {prenom}, c'est {auto_ecole}, la direction. C'est notre dernier appel au sujet de \
votre formation : je préfère vous parler avant de décider quoi que ce soit. »

2. CHERCHER LA CAUSE : écouter, sans juger
« Votre dernière activité date du {derniere_activite} : qu'est-ce qui vous retient ? »
« Souhaitez-vous reprendre, faire une pause, ou arrêter ? » (Les trois réponses conviennent.)
"""
    + _CAUSES_A_COCHER
    + """

3. PROPOSER, avec des dates
☐ Un entretien avec la direction le ………, à ……… h.
☐ Un plan de reprise : premier cours le ………, puis ……… par semaine, examen visé le ………
☐ Une pause, jusqu'au ………
☐ L'élève dit arrêter : le noter, et rappeler que l'on peut revenir.

4. INFORMER, nettement
« Sans réponse, nous clôturons votre dossier et votre formation prend fin chez nous. L'arrêt \
n'annule pas votre code ni votre inscription, mais le temps passe : """
    + _VALIDITE
    + """ »

5. CONCLURE
Redire ce qui est convenu, remercier, puis noter la relance et son résultat.\
"""
)

_VOCAL_3 = """\
Bonjour {prenom}, ici {auto_ecole}, la direction. C'est notre dernier appel : sans réponse, \
nous clôturerons votre dossier et votre formation prendra fin. Code et inscription ne durent \
que cinq ans. Un blocage ? Un entretien, un plan de reprise restent possibles. Appelez le \
{telephone_ecole}.\
"""

_EMAIL_3 = (
    """\
Bonjour {prenom},

Ceci est notre dernière relance : nos messages précédents sont restés sans réponse, et votre \
dernière activité remonte au {derniere_activite}.

Sans réponse de votre part, nous clôturerons votre dossier et votre formation prendra fin chez \
nous. L'inactivité seule n'annule ni votre code ni votre inscription, mais le temps passe : """
    + _VALIDITE
    + """

Il est encore temps. Dites-nous, en un mot, ce qui vous retient et ce que vous souhaitez :
- reprendre : nous fixons un entretien et un plan de reprise ;
- faire une pause : nous convenons d'une date pour nous reparler ;
- arrêter : nous le notons, et vous pourrez toujours revenir vers nous.

Répondez à cet email ou appelez-nous au {telephone_ecole}.

Bien à vous,
La direction, {auto_ecole}\
"""
)

_COURRIER_3 = (
    """\
{auto_ecole}
{telephone_ecole}

{eleve}

Le {date_relance}

Bonjour {prenom},

Ceci est notre dernière relance : nos messages précédents sont restés sans réponse, et votre \
dernière activité remonte au {derniere_activite}.

Sans réponse de votre part, nous clôturerons votre dossier et votre formation prendra fin chez \
nous. L'inactivité seule n'annule ni votre code ni votre inscription, mais le temps passe : """
    + _VALIDITE
    + """

Il est encore temps. Dites-nous, en un mot, ce qui vous retient, et si vous souhaitez reprendre \
(nous fixerons un entretien et un plan de reprise), faire une pause, ou arrêter. Vous pourrez \
toujours revenir vers nous.

Appelez-nous au {telephone_ecole}, ou passez nous voir.

Bien à vous,
La direction, {auto_ecole}\
"""
)

MODELES_PAR_DEFAUT: tuple[Modele, ...] = (
    Modele(1, Moyen.SMS, "", _SMS_1),
    Modele(1, Moyen.TELEPHONE, "", _TELEPHONE_1),
    Modele(1, Moyen.MESSAGE_VOCAL, "", _VOCAL_1),
    Modele(1, Moyen.EMAIL, "Votre formation à la conduite : comment allez-vous ?", _EMAIL_1),
    Modele(1, Moyen.COURRIER, "Votre formation à la conduite : prenons contact", _COURRIER_1),
    Modele(2, Moyen.EMAIL, "Votre formation à la conduite : faisons le point", _EMAIL_2),
    Modele(2, Moyen.SMS, "", _SMS_2),
    Modele(2, Moyen.TELEPHONE, "", _TELEPHONE_2),
    Modele(2, Moyen.MESSAGE_VOCAL, "", _VOCAL_2),
    Modele(2, Moyen.COURRIER, "Votre formation à la conduite : faisons le point", _COURRIER_2),
    Modele(3, Moyen.TELEPHONE, "", _TELEPHONE_3),
    Modele(3, Moyen.MESSAGE_VOCAL, "", _VOCAL_3),
    Modele(3, Moyen.SMS, "", _SMS_3),
    Modele(3, Moyen.EMAIL, "Dernière relance avant la clôture de votre dossier", _EMAIL_3),
    Modele(3, Moyen.COURRIER, "Dernière relance avant la clôture de votre dossier", _COURRIER_3),
)
"""The lines of a new sheet Modèles; the usual means of each step come first."""
