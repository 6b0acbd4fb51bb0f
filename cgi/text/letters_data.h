/* letters_data.h: the transliteration tables of letters.c: the base letters of the decompositions in
 * the Unicode character database, with ELOT 743 for Greek and BGN/PCGN for Cyrillic simplified.
 * Included by letters.c alone. */
#ifndef PLATEN_TEXT_LETTERS_DATA_H
#define PLATEN_TEXT_LETTERS_DATA_H

#include <stdint.h>

/* One Latin letter for each lower-case code point from `first` on; '.': none, '*': see ascii_words. */
static const struct ascii_run { uint32_t first; const char *letters; } ascii_runs[] = {
	{ 0xAA, "a.......23.m...1o" },
	{ 0xDF, "*aaaaaa*ceeeeiiiidnooooo.ouuuuy*y.a.a.a.c.c.c.c.d.d.e.e.e.e.e.g.g.g.g.h."
		"h.i.i.i.i.i.*.j.kk.l.l.l.l.l.n.n.nn.*.o.o.o.*.r.r.r.s.s.s.s.t.t.t.u.u.u."
		"u.u.u.w.y..z.z.zsb..b....c...d.....f..*...kll..n..o.*.p..s.*t.t..u...y.z"
		"........w......*..*..*.a.i.o.u.u.u.u.ue.a.a.*.g.g.k.o.o.*j..*.g...n.a.*."
		"o.a.a.e.e.i.i.o.o.r.r.u.u.s.t.y.h.d.*.z.a.e.o.o.o.o.ylntj**..c..sz.*...."
		"e.j...r.y...bo.dd.e.e....g..*....ii.....u..n..o..........r..*....tuuv..."
		"...*" },
	{ 0x390, "i" },
	{ 0x3AC, "aeiiyavgdezi*iklmnxoprsstyf**oiyoyo.v*...fp" },
	{ 0x3F0, "krs..e" },
	{ 0x430, "abvgde*ziyklmnoprstuf******y*e**e*****i*j**c*iu*.o.e...*...u.......f.i.i" },
	{ 0x491, "g.*...j...q.....q.*...........u.u.h...j...h......*" },
	{ 0x4D1, "a.a...e.a.a.*.z...i.i.o.o.o.e.u.u.u.*...y" },
	{ 0x1E01, "a.b.b.b.c.d.d.d.d.d.e.e.e.e.e.f.g.h.h.h.h.h.i.i.k.k.k.l.l.l.l.m.m.m.n.n."
		"n.n.o.o.o.o.p.p.r.r.r.r.s.s.s.s.s.t.t.t.t.u.u.u.u.u.v.v.w.w.w.w.w.x.x.y."
		"z.z.zhtwyasss.d.a.a.a.a.a.a.a.a.a.a.a.a.e.e.e.e.e.e.e.e.i.i.o.o.o.o.o.o."
		"o.o.o.o.o.o.u.u.u.u.u.u.u.y.y.y.y.*.v.yaaaaaaaa........eeeeee..........i"
		"iiiiiii........iiiiiiii........oooooo..........yyyyyyyy........oooooooo."
		".......aaeeiiiiooyyoo..aaaaaaaa........iiiiiiii........oooooooo........a"
		"aaaa.aa......i...iii.ii........iiii..ii........yyyyrryy..........ooo.oo" },
	{ 0x2C65, "a" },
};

/* Those that become no letter or several. */
static const struct ascii_word { uint32_t code; const char *letters; } ascii_words[] = {
	{ 0xDF, "ss" }, { 0xE6, "ae" }, { 0xFE, "th" }, { 0x133, "ij" }, { 0x14B, "ng" },
	{ 0x153, "oe" }, { 0x195, "hv" }, { 0x1A3, "gh" }, { 0x1AA, "sh" }, { 0x1C6, "dz" },
	{ 0x1C9, "lj" }, { 0x1CC, "nj" }, { 0x1E3, "ae" }, { 0x1EF, "zh" }, { 0x1F3, "dz" },
	{ 0x1FD, "ae" }, { 0x223, "ou" }, { 0x238, "db" }, { 0x239, "qp" }, { 0x242, "" },
	{ 0x263, "gh" }, { 0x283, "sh" }, { 0x292, "zh" }, { 0x3B8, "th" }, { 0x3C7, "ch" },
	{ 0x3C8, "ps" }, { 0x3D1, "th" }, { 0x436, "zh" }, { 0x445, "kh" }, { 0x446, "ts" },
	{ 0x447, "ch" }, { 0x448, "sh" }, { 0x449, "shch" }, { 0x44A, "" }, { 0x44C, "" },
	{ 0x44E, "yu" }, { 0x44F, "ya" }, { 0x451, "yo" }, { 0x452, "dj" }, { 0x453, "gj" },
	{ 0x454, "ye" }, { 0x455, "dz" }, { 0x457, "yi" }, { 0x459, "lj" }, { 0x45A, "nj" },
	{ 0x45C, "kj" }, { 0x45F, "dz" }, { 0x467, "ya" }, { 0x493, "gh" }, { 0x4A3, "ng" },
	{ 0x4C2, "zh" }, { 0x4DD, "zh" }, { 0x4F5, "ch" }, { 0x1EFB, "ll" },
};

#endif
