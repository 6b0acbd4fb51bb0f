/* lang.c: language tags: their form, direction and own names. */
#include "base/base.h"

#include "core/i18n.h"

struct lang_info {
	const char *tag; /* primary subtag, or with script or region where that matters */
	const char *name;
	bool rtl;
};

/* Names as their speakers write them (CLDR autonyms); sorted by how often blogs use them. */
static const struct lang_info langs[] = {
	{ "en", "English", false }, { "de", "Deutsch", false }, { "fr", "Français", false },
	{ "es", "Español", false }, { "it", "Italiano", false }, { "pt-BR", "Português (Brasil)", false },
	{ "pt", "Português", false }, { "nl", "Nederlands", false }, { "pl", "Polski", false },
	{ "ru", "Русский", false }, { "uk", "Українська", false }, { "ja", "日本語", false },
	{ "zh-TW", "繁體中文", false }, { "zh-Hant", "繁體中文", false }, { "zh", "简体中文", false },
	{ "ko", "한국어", false }, { "ar", "العربية", true }, { "he", "עברית", true },
	{ "fa", "فارسی", true }, { "ur", "اردو", true }, { "ps", "پښتو", true }, { "yi", "ייִדיש", true },
	{ "dv", "ދިވެހިބަސް", true }, { "ckb", "کوردیی ناوەندی", true }, { "ug", "ئۇيغۇرچە", true },
	{ "sd", "سنڌي", true }, { "tr", "Türkçe", false }, { "sv", "Svenska", false },
	{ "da", "Dansk", false }, { "nb", "Norsk bokmål", false }, { "no", "Norsk", false },
	{ "nn", "Norsk nynorsk", false }, { "fi", "Suomi", false }, { "is", "Íslenska", false },
	{ "cs", "Čeština", false }, { "sk", "Slovenčina", false }, { "sl", "Slovenščina", false },
	{ "hr", "Hrvatski", false }, { "sr", "Српски", false }, { "bg", "Български", false },
	{ "ro", "Română", false }, { "hu", "Magyar", false }, { "el", "Ελληνικά", false },
	{ "et", "Eesti", false }, { "lv", "Latviešu", false }, { "lt", "Lietuvių", false },
	{ "ca", "Català", false }, { "eu", "Euskara", false }, { "gl", "Galego", false },
	{ "ga", "Gaeilge", false }, { "cy", "Cymraeg", false }, { "eo", "Esperanto", false },
	{ "la", "Latina", false }, { "hi", "हिन्दी", false }, { "bn", "বাংলা", false },
	{ "ta", "தமிழ்", false }, { "te", "తెలుగు", false }, { "th", "ไทย", false },
	{ "vi", "Tiếng Việt", false }, { "id", "Bahasa Indonesia", false }, { "ms", "Bahasa Melayu", false },
	{ "ka", "ქართული", false }, { "hy", "Հայերեն", false }, { "sw", "Kiswahili", false },
};

/* "pt-BR" before "pt": the longest entry that the tag begins with. */
static const struct lang_info *find(struct str tag)
{
	const struct lang_info *best = NULL;
	size_t best_n = 0;
	for (size_t i = 0; i < COUNT_OF(langs); i++) {
		if (!tag.n || (tag.p[0] | 0x20) != langs[i].tag[0])
			continue;
		struct str entry = str_of(langs[i].tag);
		bool fits = str_istarts(tag, entry) && (tag.n == entry.n || tag.p[entry.n] == '-');
		if (fits && entry.n > best_n) {
			best = &langs[i];
			best_n = entry.n;
		}
	}
	return best;
}

const char *lang_dir(struct str lang)
{
	const struct lang_info *info = find(lang);
	bool rtl = info && info->rtl;
	struct str rest = lang, part;
	/* A script in the tag decides: "az-Arab", "ur-Latn". */
	while (str_split(&rest, '-', &part)) {
		if (str_ieq(part, STR("Arab")) || str_ieq(part, STR("Hebr")) || str_ieq(part, STR("Thaa")))
			rtl = true;
		else if (str_ieq(part, STR("Latn")) || str_ieq(part, STR("Cyrl")))
			rtl = false;
	}
	return rtl ? "rtl" : "ltr";
}

struct str lang_name(struct str lang)
{
	const struct lang_info *info = find(lang);
	return info ? str_of(info->name) : lang;
}

static bool all_of(struct str s, bool letters, bool digits)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';
		if (!(letter && letters) && !(digit && digits))
			return false;
	}
	return s.n > 0;
}

bool lang_is_valid(struct str lang)
{
	struct str rest = lang, part;
	if (lang.n > 35 || lang.n == 0 || lang.p[lang.n - 1] == '-' || !str_split(&rest, '-', &part))
		return false;
	if (part.n < 2 || part.n > 8 || !all_of(part, true, false))
		return false;
	while (str_split(&rest, '-', &part))
		if (part.n > 8 || !all_of(part, true, true))
			return false;
	return true;
}
