"""The language a text is written in: by its script where that is enough, else by small common words. Short and unclear is English."""

import unicodedata
from collections import Counter
from typing import Final

from appliance.intake.normal import words

DEFAULT: Final = "en"

# Scripts that (nearly) one language of our customers writes in.
_SCRIPTS: Final = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "CYRILLIC": "ru", "ARABIC": "ar", "HEBREW": "he",
    "GREEK": "el", "THAI": "th", "DEVANAGARI": "hi", "BENGALI": "bn", "ARMENIAN": "hy", "GEORGIAN": "ka", "ETHIOPIC": "am",
    "GURMUKHI": "pa", "GUJARATI": "gu", "TAMIL": "ta", "TELUGU": "te", "KHMER": "km", "LAO": "lo", "MYANMAR": "my",
}  # fmt: skip

# Words that are common in one language and rare in the others; what two share stands in neither.
_COMMON: Final = {
    "en": "the is are you my your can i im to of and for what how do does have has it this that was when need please thanks "
    "thank at on in with not dont cant will would be get got any we our there hi hey hello yes ok okay sorry tomorrow today "
    "appointment tooth just call time am pm open pain its been but if so want like help now from out up she he they be",
    "es": "el los las un una es son esta estan que como para por con mi mis su tengo tiene tienen quiero quiere necesito puedo "
    "puede pueden cita hola gracias manana hoy cuando cuanto cuesta donde dias buenos buenas tardes noches favor abren cierran "
    "horario duele dolor muela diente perro gato agua casa carro ayuda urgente emergencia llamen llamar hijo hija esposo "
    "mas muy pero porque tambien hay si ya estoy le lo nos les del al quisiera cambiar cancelar hacer limpieza hace mucho "
    "niño nina bien lunes martes miercoles jueves viernes sabado domingo respira auxilio basta mensajes cobran aceptan seguro "
    "siento anoche semana desde fiebre sangre se de en y a la me te no precio alguien enviar trabajan ustedes",
    "pt": "voce voces obrigado obrigada nao amanha consulta quero preciso tenho tem meu minha uma um estou dente dor ola bom "
    "boa tarde noite quanto custa onde fica por favor posso podem marcar remarcar horario hoje com para os as do da muito mas "
    "esta doendo voces abrem fecham que e eu isso mensagens ajuda socorro cachorro",
    "fr": "je vous nous est sont le les des une un pour avec mon ma mes votre bonjour bonsoir merci rendez vous demain "
    "aujourdhui quand combien ou quelle heure ouvert ouvrez dent mal jai ai suis peux pouvez svp sil plait oui non et dans sur "
    "pas ne chien besoin annuler prendre aide urgence cest qui que du au",
    "vi": "toi ban khong la va cua cho co duoc ngay mai hen lich rang dau bao nhieu gio cam on xin chao muon nay chung lam the "
    "anh chi em bi nhe nha",
    "ht": "mwen ou li nou yo pa gen ki sa pou nan bonjou mesi randevou dan fe mal kombyen kile souple tanpri demen jodi",
    "tl": "ako ikaw siya kami po opo ang ng mga sa ko mo niya bukas ngayon magkano kailan ngipin masakit salamat pwede "
    "ba hindi oo gusto kailangan may wala paano saan kumusta naman lang yung",
    "de": "ich sie wir ist sind der die das ein eine und nicht mit fur mein meine termin morgen heute danke bitte wann wie "
    "viel kostet hallo guten zahn schmerzen haben kann konnen uhr oder auch habe",
    "it": "io sono siamo il gli della del un una per con mio mia grazie buongiorno buonasera domani oggi quando quanto costa "
    "appuntamento dente dolore vorrei posso avete ciao che non e di dove aperti",
    "pl": "jestem jest nie tak prosze dziekuje jutro dzisiaj kiedy ile kosztuje wizyte zab boli moge chce czy dzien dobry na do sie",
}
_WORDS: Final = {language: frozenset(listed.split()) for language, listed in _COMMON.items()}
# One of these alone is enough in a short text.
_TELLING: Final = {
    "es": frozenset(
        "hola gracias cita cuanto cuesta ayuda urgente emergencia manana abren tienen quiero necesito alto pare basta auxilio "
        "socorro duele buenas buenos cerrado abierto horario direccion parar detener baja diente muela perro".split()
    ),
    "pt": frozenset("obrigado obrigada voce amanha ola".split()),
    "fr": frozenset("bonjour merci bonsoir arret demain".split()),
    "vi": frozenset("xin chao cam".split()),
    "ht": frozenset("bonjou mesi mwen souple".split()),
    "tl": frozenset("salamat magkano kumusta".split()),
    "de": frozenset("hallo danke bitte".split()),
    "it": frozenset("grazie buongiorno buonasera ciao".split()),
}
_SURE: Final = 2
_VIETNAMESE: Final = frozenset("ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def find_language(text: str) -> str:
    """An ISO 639-1 code. English unless something else is clear."""
    by_script = _script(text)
    if by_script:
        return by_script
    written = words(text)
    counts = Counter({language: sum(word in common for word in written) for language, common in _WORDS.items()})
    best, most = counts.most_common(1)[0]
    if best != DEFAULT and most >= _SURE and most > counts[DEFAULT]:
        return best
    if counts[DEFAULT] <= 1:
        telling = (language for language, listed in _TELLING.items() if listed.intersection(written))
        return next(telling, DEFAULT)
    return DEFAULT


def _script(text: str) -> str | None:
    if sum(letter in _VIETNAMESE for letter in unicodedata.normalize("NFC", text.lower())) >= _SURE:
        return "vi"
    seen = Counter(
        _SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0].split("-")[0]) for letter in text if letter.isalpha()
    )
    known = {language: count for language, count in seen.items() if language}
    # A few look-alike letters within Latin words are a disguise, not a language.
    if not known or sum(known.values()) <= (seen[None] or 0) / 2:
        return None
    if "ja" in known:
        return "ja"
    return max(known, key=lambda language: known[language])
