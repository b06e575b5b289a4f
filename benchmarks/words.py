"""The words that the benchmark's colleagues use: everyday Dutch of a care organisation, made up for this file."""

from __future__ import annotations

# Most used first: a text draws from these with falling weight, as people do.
COMMON = (
    "de", "het", "een", "en", "van", "ik", "dat", "is", "in", "op", "we", "voor", "te", "niet", "met", "die", "er",
    "zijn", "ook", "maar", "om", "aan", "jullie", "dit", "wel", "als", "bij", "nog", "dan", "naar", "hebben", "kan",
    "nu", "ze", "was", "al", "over", "heel", "door", "onze", "hier", "meer", "moet", "uit", "zo", "worden", "heeft",
    "gaan", "want", "weer", "geen", "mijn", "iedereen", "goed", "graag", "alle", "komt", "veel", "tot", "waar",
    "vandaag", "morgen", "week", "collega", "team", "dienst", "rooster", "bewoner", "afdeling", "locatie", "avond",
    "nacht", "overleg", "vraag", "antwoord", "tijd", "werk", "zorg", "huis", "samen", "eerst", "laatste", "nieuwe",
    "oude", "grote", "kleine", "mensen", "familie", "koffie", "auto", "fiets", "parkeren", "sleutel", "telefoon",
    "computer", "wachtwoord", "systeem", "formulier", "aanvraag", "verlof", "salaris", "contract", "leidinggevende",
    "directie", "bestuur", "plan", "verandering", "reorganisatie", "vergadering", "notulen", "scholing", "training",
    "verjaardag", "taart", "kerst", "pakket", "feest", "afscheid", "welkom", "stagiair", "vrijwilliger", "mantelzorger",
    "medicijn", "apotheek", "huisarts", "tillift", "rolstoel", "bed", "maaltijd", "keuken", "soep", "brood", "tuin",
    "wandeling", "muziek", "zingen", "kamer", "gang", "lift", "trap", "deur", "raam", "verwarming", "lamp", "kapot",
    "schoon", "wassen", "kleding", "handschoen", "desinfectie", "griep", "ziek", "beter", "druk", "rustig", "lang",
    "kort", "vroeg", "laat", "begin", "einde", "volgende", "vorige", "maandag", "dinsdag", "woensdag", "donderdag",
    "vrijdag", "zaterdag", "zondag", "januari", "maart", "juni", "september", "november", "eerlijk", "duidelijk",
    "jammer", "vervelend", "bijzonder", "trots", "blij", "boos", "benieuwd", "bezorgd", "hopelijk", "misschien",
    "waarschijnlijk", "eigenlijk", "natuurlijk", "gewoon", "altijd", "soms", "nooit", "vaak", "helaas", "toch",
    "zeker", "precies", "ongeveer", "bijna", "helemaal", "regelen", "vragen", "bellen", "mailen", "sturen", "lezen",
    "schrijven", "kijken", "zoeken", "vinden", "weten", "denken", "zeggen", "praten", "luisteren", "helpen", "geven",
    "nemen", "brengen", "halen", "staan", "zitten", "liggen", "lopen", "rijden", "wachten", "beginnen", "stoppen",
    "veranderen", "proberen", "gebruiken", "bestellen", "betalen", "invullen", "aanmelden", "afmelden", "ruilen",
)  # fmt: skip
# Dutch makes new words by putting two together; these two lists give the long tail of a real vocabulary.
HEADS = (
    "nacht", "dag", "avond", "zorg", "team", "werk", "huis", "keuken", "bewoners", "familie", "medicijn", "rooster",
    "scholings", "verlof", "fiets", "parkeer", "sleutel", "kleding", "tuin", "muziek", "kerst", "zomer", "winter",
    "weekend", "jubileum", "vrijwilligers", "stage", "afdelings", "locatie", "personeels", "klachten", "veiligheids",
    "hygiëne", "brand", "computer", "telefoon", "wachtwoord", "registratie", "dossier", "overdrachts", "vergader",
    "communicatie", "planning", "inkoop", "voedings", "beweeg", "slaap", "was", "linnen", "magazijn", "vervoers",
    "ambulance", "revalidatie", "dementie", "wijk", "thuiszorg", "nazorg", "intake", "kwaliteits", "beleids",
)  # fmt: skip
TAILS = (
    "dienst", "lijst", "overleg", "plan", "formulier", "beleid", "regeling", "vergoeding", "ruimte", "kamer", "kast",
    "commissie", "groep", "leider", "begeleider", "medewerker", "coördinator", "bijeenkomst", "training", "cursus",
    "dag", "week", "avond", "markt", "pas", "code", "systeem", "programma", "apparaat", "wagen", "kar", "bak",
    "vraag", "melding", "klacht", "verslag", "rapport", "nieuws", "brief", "kaart", "pakket", "tas", "schema",
    "protocol", "afspraak", "controle", "proef", "toets", "project", "traject", "budget", "uren", "toeslag",
    "borrel", "lunch", "koffie", "tafel", "stoel", "poort", "loket",
)  # fmt: skip
QUESTIONS = (
    "Weet iemand", "Heeft iemand", "Kan iemand vertellen", "Hoe zit het met", "Wie weet waar", "Moeten we nu echt",
    "Waarom is", "Klopt het dat", "Wanneer komt", "Mag ik vragen",
)  # fmt: skip
THANKS = ("Dank je wel!", "Top, bedankt!", "Wat fijn, dank jullie wel", "Super 👍", "Helder, dank!")
FIRST_NAMES = (
    "Fatma", "Joris", "Noor", "Karin", "Sem", "Ayşe", "Mehmet", "Lieke", "Daan", "Yusuf", "Ingrid", "Willem", "Sanne",
    "Bram", "Esra", "Tess", "Ruud", "Mariëlle", "Jeroen", "Hafsa", "Lotte", "Pieter", "Samira", "Gijs", "Anouk", "Omar",
    "Femke", "Kees", "Jolanda", "Ravi", "Mei", "Thijs", "Wendy", "Hassan", "Carla", "Niels", "Zeynep", "Roos", "Erik",
    "Dounia",
)  # fmt: skip
LAST_NAMES = (
    "de Vries", "Jansen", "Yılmaz", "Bakker", "Visser", "Smit", "Meijer", "de Boer", "Mulder", "de Groot", "Bos", "Vos",
    "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Smits", "de Graaf", "van der Meer",
    "Kaya", "El Amrani", "Demir", "van Dijk", "Kok", "Jacobs", "Haan", "Vermeulen", "Singh", "Chen", "Schouten", "Prins",
    "Huisman", "Postma", "Kuipers", "Veenstra", "Hoekstra", "Koster", "Bouzid", "Maas", "Verhoeven", "Blom", "Kramer",
)  # fmt: skip
