/* value.c: the tree of values, and looking up a key in it. */
#include "base/base.h"
#include "base/hash.h"
#include "tmpl/value.h"

#include <inttypes.h>

/* Objects of a page have some twenty keys: comparing a 32-bit tag of each beats a hash table, which
 * only the large ones (phrases, assets) get. */
#define INDEX_FROM 24

struct entry {
	const char *key;
	size_t key_n;
	uint32_t tag;
	const struct value *value;
};

struct object {
	struct entry *entries;
	uint32_t count, room;
	uint32_t *index;      /* open addressing, entry number + 1; NULL while the object is small */
	uint32_t index_mask;
};

struct list {
	const struct value **items;
	size_t count, room;
};

struct value {
	enum value_kind kind;
	bool flag;
	union {
		struct str text; /* TEXT, HTML, INT */
		struct object object;
		struct list list;
	};
};

/* A key that is null hides the same key further out; one that is absent does not. */
static const struct value null_value = { .kind = VALUE_NULL };

static struct value *new_value(struct arena *arena, enum value_kind kind)
{
	struct value *v = ARENA_NEW(arena, struct value);
	v->kind = kind;
	return v;
}

static uint32_t tag_of(const char *p, size_t n)
{
	if (!n)
		return 0;
	return (uint32_t)(n & 255) | (uint32_t)(unsigned char)p[0] << 8 |
	       (uint32_t)(unsigned char)p[n / 2] << 16 | (uint32_t)(unsigned char)p[n - 1] << 24;
}

static bool entry_is(const struct entry *e, const char *p, size_t n, uint32_t tag)
{
	return e->tag == tag && e->key_n == n && memcmp(e->key, p, n) == 0;
}

/* The place of the key in the index, or the free place where it belongs. The tag is too weak for
 * this where keys look alike (a1 a2 ...). */
static uint32_t *index_place(const struct object *o, const char *p, size_t n, uint32_t tag)
{
	uint32_t at = (uint32_t)hash_bytes(p, n, hash_seed()) & o->index_mask;
	while (o->index[at] && !entry_is(&o->entries[o->index[at] - 1], p, n, tag))
		at = (at + 1) & o->index_mask;
	return &o->index[at];
}

static void index_entry(struct object *o, uint32_t i)
{
	const struct entry *e = &o->entries[i];
	*index_place(o, e->key, e->key_n, e->tag) = i + 1;
}

static void grow_object(struct arena *arena, struct object *o)
{
	uint32_t room = o->room ? o->room * 2 : 12;
	struct entry *entries = ARENA_ARRAY(arena, room, struct entry);
	if (o->count)
		memcpy(entries, o->entries, o->count * sizeof *entries);
	o->entries = entries;
	o->room = room;
	if (room <= INDEX_FROM)
		return;
	uint32_t places = 64;
	while (places < room * 2)
		places *= 2;
	o->index = ARENA_ARRAY(arena, places, uint32_t);
	o->index_mask = places - 1;
	for (uint32_t i = 0; i < o->count; i++)
		index_entry(o, i);
}

static void set_key(struct arena *arena, struct value *object, const char *key, const struct value *v)
{
	if (!object || object->kind != VALUE_OBJECT)
		return;
	struct object *o = &object->object;
	if (o->count == o->room)
		grow_object(arena, o);
	size_t n = strlen(key);
	o->entries[o->count] = (struct entry){ key, n, tag_of(key, n), v ? v : &null_value };
	o->count++;
	if (o->index)
		index_entry(o, o->count - 1);
}

static void add_item(struct arena *arena, struct value *list, const struct value *v)
{
	if (!list || list->kind != VALUE_LIST)
		return;
	struct list *l = &list->list;
	if (l->count == l->room) {
		size_t room = l->room ? l->room * 2 : 8;
		const struct value **items = ARENA_ARRAY(arena, room, const struct value *);
		if (l->count)
			memcpy(items, l->items, l->count * sizeof *items);
		l->items = items;
		l->room = room;
	}
	l->items[l->count++] = v;
}

struct value *value_root(struct arena *arena)
{
	return new_value(arena, VALUE_OBJECT);
}

struct value *value_new_list(struct arena *arena)
{
	return new_value(arena, VALUE_LIST);
}

struct value *value_new_text(struct arena *arena, struct str text)
{
	struct value *v = new_value(arena, VALUE_TEXT);
	v->text = text.n ? text : STR("");
	return v;
}

struct value *value_new_html(struct arena *arena, struct html html)
{
	struct value *v = new_value(arena, VALUE_HTML);
	v->text = html.n ? str_n(html.p, html.n) : STR("");
	return v;
}

struct value *value_new_int(struct arena *arena, int64_t number)
{
	struct value *v = new_value(arena, VALUE_INT);
	v->text = arena_printf(arena, "%" PRId64, number);
	return v;
}

struct value *value_new_bool(struct arena *arena, bool flag)
{
	struct value *v = new_value(arena, VALUE_BOOL);
	v->flag = flag;
	return v;
}

struct value *value_object(struct arena *arena, struct value *parent, const char *key)
{
	struct value *v = value_root(arena);
	set_key(arena, parent, key, v);
	return v;
}

struct value *value_list(struct arena *arena, struct value *parent, const char *key)
{
	struct value *v = value_new_list(arena);
	set_key(arena, parent, key, v);
	return v;
}

struct value *value_item(struct arena *arena, struct value *list)
{
	struct value *v = value_root(arena);
	add_item(arena, list, v);
	return v;
}

struct value *value_item_text(struct arena *arena, struct value *list, struct str text)
{
	struct value *v = value_new_text(arena, text);
	add_item(arena, list, v);
	return v;
}

void value_text(struct arena *arena, struct value *object, const char *key, struct str text)
{
	set_key(arena, object, key, value_new_text(arena, text));
}

void value_html(struct arena *arena, struct value *object, const char *key, struct html html)
{
	set_key(arena, object, key, value_new_html(arena, html));
}

void value_int(struct arena *arena, struct value *object, const char *key, int64_t number)
{
	set_key(arena, object, key, value_new_int(arena, number));
}

void value_bool(struct arena *arena, struct value *object, const char *key, bool flag)
{
	set_key(arena, object, key, value_new_bool(arena, flag));
}

void value_share(struct arena *arena, struct value *object, const char *key, const struct value *value)
{
	set_key(arena, object, key, value);
}

void value_share_item(struct arena *arena, struct value *list, const struct value *value)
{
	add_item(arena, list, value);
}

enum value_kind value_kind(const struct value *v)
{
	return v ? v->kind : VALUE_NULL;
}

bool value_shows(const struct value *v)
{
	switch (value_kind(v)) {
	case VALUE_NULL:
		return false;
	case VALUE_BOOL:
		return v->flag;
	case VALUE_LIST:
		return v->list.count > 0;
	case VALUE_TEXT:
	case VALUE_HTML:
		return v->text.n > 0;
	default:
		return true;
	}
}

struct str value_print(const struct value *v)
{
	switch (value_kind(v)) {
	case VALUE_TEXT:
	case VALUE_HTML:
	case VALUE_INT:
		return v->text;
	case VALUE_BOOL:
		return v->flag ? STR("true") : STR("false");
	default:
		return STR("");
	}
}

size_t value_count(const struct value *list)
{
	return value_kind(list) == VALUE_LIST ? list->list.count : 0;
}

const struct value *value_at(const struct value *list, size_t i)
{
	return list->list.items[i];
}

struct value_key value_key_of(struct str text)
{
	return (struct value_key){ text, tag_of(text.p, text.n) };
}

const struct value *value_get(const struct value *object, struct value_key key)
{
	if (value_kind(object) != VALUE_OBJECT)
		return NULL;
	const struct object *o = &object->object;
	if (o->index) {
		uint32_t at = *index_place(o, key.text.p, key.text.n, key.tag);
		return at ? o->entries[at - 1].value : NULL;
	}
	for (uint32_t i = o->count; i > 0; i--)
		if (entry_is(&o->entries[i - 1], key.text.p, key.text.n, key.tag))
			return o->entries[i - 1].value;
	return NULL;
}
