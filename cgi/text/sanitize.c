/* sanitize.c: foreign HTML through an allow-list. */
#include "base/base.h"

#include "text/html_entity.h"
#include "text/html_token.h"
#include "text/html_write.h"
#include "text/sanitize.h"
#include "text/sanitize_rules.h"

#define SCOPES_MAX_B ((size_t)64 << 20)
#define ADDRESS_MAX_B ((size_t)1 << 20) /* images as data: are long */
#define NAME_MAX_B 200
#define ID_PREFIX "user-"

struct scope {
	size_t base;                     /* open[base..] was opened in this scope */
	enum sanitize_scope kind;
	bool in_link;
	const struct element_rule *skip; /* its content is being swallowed; NULL: none */
	size_t skip_depth;
};

static const struct sanitize_options no_options;

static struct scope *scope_at(const struct sanitizer *s, size_t up)
{
	size_t count = s->scopes.len / sizeof(struct scope);
	return (struct scope *)(void *)s->scopes.bytes + (count - 1 - up);
}

void sanitize_init(struct sanitizer *s, const struct sanitize_options *options, struct buf *out)
{
	*s = (struct sanitizer){ .options = options ? options : &no_options, .out = out };
	buf_init(&s->scopes, SCOPES_MAX_B);
	buf_init(&s->scratch, ADDRESS_MAX_B);
	struct scope first = { .kind = SANITIZE_BLOCKS };
	buf_put(&s->scopes, &first, sizeof first);
	if (s->scopes.rc != RC_OK)
		mem_fail();
}

void sanitize_release(struct sanitizer *s)
{
	buf_release(&s->scopes);
	buf_release(&s->scratch);
}

static const char *written_name(const struct element_rule *rule)
{
	return rule->as ? rule->as : rule->name;
}

static void put_end_tag(struct buf *out, const struct element_rule *rule)
{
	BUF_LIT(out, "</");
	buf_cstr(out, written_name(rule));
	buf_char(out, '>');
}

static void pop_to(struct sanitizer *s, size_t depth)
{
	while (s->depth > depth)
		put_end_tag(s->out, s->open[--s->depth]);
}

static const struct element_rule *top(const struct sanitizer *s)
{
	return s->depth > scope_at(s, 0)->base ? s->open[s->depth - 1] : NULL;
}

/* Whether what comes next stands inside a line. */
static bool in_line(const struct sanitizer *s)
{
	const struct scope *scope = scope_at(s, 0);
	for (size_t i = s->depth; i > scope->base; i--)
		if (!(s->open[i - 1]->flags & RULE_TRANSPARENT))
			return s->open[i - 1]->flags & RULE_LINE;
	return scope->kind != SANITIZE_BLOCKS;
}

/* A browser moves content that stands between the cells of a table in front of it; here it ends
 * the table. */
static void leave_rows(struct sanitizer *s)
{
	while (top(s) && top(s)->flags & RULE_ROWS)
		pop_to(s, s->depth - 1);
}

static void leave_line(struct sanitizer *s)
{
	while (top(s) && in_line(s))
		pop_to(s, s->depth - 1);
}

/* One past the position in open[] of the nearest element of the scope that is `rule` or, with
 * `parents`, one of those; 0: none within reach. A cell keeps all but the parts of its table in. */
static size_t find_open(const struct sanitizer *s, const struct element_rule *rule, const char *parents)
{
	bool table_part = rule->flags & (RULE_ROWS | RULE_CELL);
	for (size_t i = s->depth; i > scope_at(s, 0)->base; i--) {
		const struct element_rule *open = s->open[i - 1];
		if (parents ? rule_has_word(parents, str_of(open->name)) : open == rule)
			return i;
		if (!table_part && open->flags & RULE_CELL)
			break;
		if (strcmp(open->name, "table") == 0)
			break;
	}
	return 0;
}

static bool reach_parent(struct sanitizer *s, const struct element_rule *rule)
{
	size_t parent = find_open(s, rule, rule->parents);
	if (parent == 0 && strcmp(rule->parents, "tr") == 0 && s->depth < SANITIZE_DEPTH_MAX) {
		const struct element_rule *row = element_rule_find(STR("tr"));
		if (!reach_parent(s, row))
			return false;
		BUF_LIT(s->out, "<tr>");
		s->open[s->depth++] = row;
		parent = s->depth;
	}
	if (parent > 0)
		pop_to(s, parent);
	return parent > 0;
}

static bool open_anywhere(const struct sanitizer *s, const struct element_rule *rule)
{
	for (size_t i = 0; i < s->depth; i++)
		if (s->open[i] == rule)
			return true;
	return false;
}

/* Closes what the element cannot stand in. False: it cannot stand here at all. */
static bool make_room(struct sanitizer *s, const struct element_rule *rule)
{
	const struct scope *scope = scope_at(s, 0);
	if (rule->parents && !reach_parent(s, rule))
		return false;
	if (!rule->parents)
		leave_rows(s);
	if (rule->flags & RULE_BLOCK) {
		if (scope->kind != SANITIZE_BLOCKS)
			return false;
		leave_line(s);
	}
	if (rule->flags & RULE_SINGLE) {
		size_t same = find_open(s, rule, NULL);
		if (same > 0)
			pop_to(s, same - 1);
		if (open_anywhere(s, rule) || (scope->in_link && strcmp(rule->name, "a") == 0))
			return false;
	}
	return true;
}

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') || c == 0x7F;
}

/* Text as written: what has the form of a reference stays one, all else is escaped. */
static void put_text(struct buf *out, struct str text)
{
	size_t from = 0, at = 0;
	while (at < text.n) {
		char c = text.p[at];
		size_t form = c == '&' ? html_entity_form(text, at) : 0;
		if (form || !(is_control(c) || c == '&' || c == '<' || c == '>' || c == '"')) {
			at += form ? form : 1;
			continue;
		}
		buf_put(out, text.p + from, at - from);
		if (c == '\0')
			BUF_LIT(out, "\xEF\xBF\xBD");
		else if (!is_control(c))
			html_escape(out, str_n(&c, 1));
		from = ++at;
	}
	buf_put(out, text.p + from, text.n - from);
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool made_of(struct str value, const char *others, bool beyond_ascii)
{
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (!is_alnum(c) && !(c && (unsigned char)c < 0x80 && strchr(others, c)) &&
		    !(beyond_ascii && (unsigned char)c >= 0x80))
			return false;
	}
	return value.n > 0 && value.n <= NAME_MAX_B;
}

static bool is_number(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] < '0' || value.p[i] > '9')
			return false;
	return value.n > 0 && value.n <= 5;
}

bool sanitize_address_is_safe(enum sanitize_address kind, struct str address)
{
	static const char *const images[] = { "png", "jpeg", "gif", "webp" };
	char scheme[16];
	size_t n = 0, i = 0;
	for (; i < address.n && (!address.p[i] || !strchr("/?#:", address.p[i])); i++) {
		char c = address.p[i];
		if ((unsigned char)c < ' ' || (c == ' ' && n == 0)) /* browsers skip most of these */
			continue;
		if (n + 1 < sizeof scheme)
			scheme[n++] = c;
	}
	scheme[n] = '\0';
	if (i == address.n || address.p[i] != ':')
		return true;
	if (kind == SANITIZE_IMAGE && strcasecmp(scheme, "data") == 0) {
		struct str rest = str_from(address, i + 1);
		for (size_t k = 0; k < COUNT_OF(images); k++) {
			size_t len = strlen(images[k]);
			if (str_istarts(rest, STR("image/")) &&
			    str_istarts(str_from(rest, 6), str_n(images[k], len)) &&
			    rest.n > 6 + len && (rest.p[6 + len] == ';' || rest.p[6 + len] == ','))
				return true;
		}
		return false;
	}
	return rule_has_word(kind == SANITIZE_IMAGE ? "http https" : "http https mailto tel",
			     str_n(scheme, n));
}

/* As a browser's URL parser does: no controls, no blanks at the ends. */
static struct str clean_address(struct buf *scratch)
{
	size_t n = 0;
	for (size_t i = 0; i < scratch->len; i++)
		if (!is_control(scratch->bytes[i]) && !strchr("\t\n\f\r", scratch->bytes[i]))
			scratch->bytes[n++] = scratch->bytes[i];
	buf_truncate(scratch, n);
	return str_trim(buf_view(scratch));
}

static bool is_allowed_frame(const struct sanitizer *s, struct str address)
{
	struct str scheme = STR("https://");
	if (!str_istarts(address, scheme))
		return false;
	struct str rest = str_from(address, scheme.n);
	for (size_t i = 0; i < s->options->frame_host_count; i++) {
		struct str host = s->options->frame_hosts[i];
		if (str_istarts(rest, host) && rest.n > host.n && rest.p[host.n] == '/')
			return true;
	}
	return false;
}

/* The address to write, or STR_NONE. It lives in the scratch buffer or with the callback's owner. */
static struct str address_of(struct sanitizer *s, enum attribute_kind attribute, struct str raw)
{
	enum sanitize_address kind = attribute == ATTRIBUTE_IMAGE ? SANITIZE_IMAGE : SANITIZE_LINK;
	buf_clear(&s->scratch);
	html_decode(&s->scratch, raw);
	if (s->scratch.rc != RC_OK || s->scratch.len == 0)
		return STR_NONE;
	struct str address = clean_address(&s->scratch);
	if (str_empty(address))
		return STR_NONE;
	if (attribute == ATTRIBUTE_FRAME)
		return is_allowed_frame(s, address) ? address : STR_NONE;
	if (!sanitize_address_is_safe(kind, address))
		return STR_NONE;
	struct str other = s->options->address ? s->options->address(s->options->ctx, kind, address)
					       : STR_NONE;
	if (!str_given(other))
		return address;
	return sanitize_address_is_safe(kind, other) ? other : STR_NONE;
}

static void put_name(struct buf *out, const struct attribute_rule *rule)
{
	buf_char(out, ' ');
	buf_cstr(out, rule->name);
	if (rule->kind != ATTRIBUTE_FLAG)
		BUF_LIT(out, "=\"");
}

struct tag_facts { bool external, has_src, has_missing; };

static bool put_address(struct sanitizer *s, const struct attribute_rule *rule, struct str raw,
			struct tag_facts *facts)
{
	struct str address = address_of(s, rule->kind, raw);
	if (!str_given(address))
		return false;
	put_name(s->out, rule);
	html_href(s->out, address);
	buf_char(s->out, '"');
	facts->external |= str_istarts(address, STR("http:")) || str_istarts(address, STR("https:")) ||
			   str_starts(address, STR("//"));
	facts->has_src |= strcmp(rule->name, "src") == 0;
	if (s->options->written && rule->kind != ATTRIBUTE_FRAME)
		s->options->written(s->options->ctx, rule->kind == ATTRIBUTE_IMAGE ? SANITIZE_IMAGE
				    : SANITIZE_LINK, address);
	return true;
}

static bool put_attribute(struct sanitizer *s, const struct attribute_rule *rule, struct str value,
			  struct tag_facts *facts)
{
	struct buf *out = s->out;
	bool fits = true;
	if (rule->kind == ATTRIBUTE_ID && str_starts(value, STR(ID_PREFIX)))
		value = str_from(value, sizeof ID_PREFIX - 1);
	switch (rule->kind) {
	case ATTRIBUTE_LINK:
	case ATTRIBUTE_IMAGE:
	case ATTRIBUTE_MEDIA:
	case ATTRIBUTE_FRAME: return put_address(s, rule, value, facts);
	case ATTRIBUTE_TEXT:
	case ATTRIBUTE_FLAG: break;
	case ATTRIBUTE_NUMBER: fits = is_number(value); break;
	case ATTRIBUTE_INTEGER: fits = is_number(str_from(value, str_starts(value, STR("-")))); break;
	case ATTRIBUTE_CLASS: fits = made_of(value, " _-", false); break;
	case ATTRIBUTE_ID: fits = made_of(value, "_-.:", true); break;
	case ATTRIBUTE_TOKEN: fits = made_of(value, "-:.+", false); break;
	case ATTRIBUTE_WORD: fits = rule_has_word(rule->words, value); break;
	}
	if (!fits)
		return false;
	put_name(out, rule);
	if (rule->kind == ATTRIBUTE_FLAG)
		return true;
	if (rule->kind == ATTRIBUTE_ID)
		BUF_LIT(out, ID_PREFIX);
	put_text(out, value);
	buf_char(out, '"');
	return true;
}

static bool given_before(const struct html_token *tag, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (str_ieq(tag->attributes[i].name, tag->attributes[index].name))
			return true;
	return false;
}

static void put_tag_end(struct sanitizer *s, const struct element_rule *rule, const struct html_token *tag, size_t from)
{
	bool asked = s->options->image && strcmp(rule->name, "img") == 0;
	const char *behind = asked ? s->options->image(s->options->ctx, tag, from) : "";
	buf_char(s->out, '>');
	buf_cstr(s->out, behind);
}

/* False: nothing was written, the element makes no sense without what it lacks. */
static bool put_start_tag(struct sanitizer *s, const struct element_rule *rule, const struct html_token *tag)
{
	struct tag_facts facts = { false, false, false };
	struct str missing = str_of(rule->missing);
	struct str missing_name = missing;
	size_t before = s->out->len;
	if (str_find_char(missing, '=') > 0)
		missing_name = str_sub(missing, 0, (size_t)str_find_char(missing, '='));

	buf_char(s->out, '<');
	buf_cstr(s->out, written_name(rule));
	for (size_t i = 0; i < tag->attribute_count; i++) {
		const struct html_attribute *attribute = &tag->attributes[i];
		const struct attribute_rule *allowed = attribute_rule_find(rule, attribute->name);
		if (!allowed || given_before(tag, i))
			continue;
		if (put_attribute(s, allowed, attribute->value, &facts))
			facts.has_missing |= str_ieq(missing_name, attribute->name);
	}
	if (rule->flags & RULE_SOURCE && !facts.has_src) {
		buf_truncate(s->out, before);
		return false;
	}
	if (str_given(missing) && !facts.has_missing) {
		buf_char(s->out, ' ');
		buf_str(s->out, missing);
	}
	if (facts.external && strcmp(rule->name, "a") == 0)
		BUF_LIT(s->out, " rel=\"noopener\"");
	put_tag_end(s, rule, tag, before);
	return true;
}

/* An element with raw content: an allowed frame is written empty, any other is not. */
static void raw_element(struct sanitizer *s, struct html_reader *r, const struct element_rule *rule,
			const struct html_token *tag)
{
	struct scope *scope = scope_at(s, 0);
	if (rule->flags & RULE_FRAME && make_room(s, rule) && put_start_tag(s, rule, tag))
		put_end_tag(s->out, rule);
	if (!html_skip_raw(r, tag->name) && scope->kind != SANITIZE_BLOCKS) {
		scope->skip = rule;
		scope->skip_depth = 1;
	}
}

static void start_tag(struct sanitizer *s, struct html_reader *r, const struct html_token *tag)
{
	const struct element_rule *rule = element_rule_find(tag->name);
	if (!rule)
		return;
	if (rule->flags & RULE_RAW) {
		raw_element(s, r, rule, tag);
		return;
	}
	if (rule->flags & RULE_GONE) {
		struct scope *scope = scope_at(s, 0);
		scope->skip = tag->self_closing ? NULL : rule;
		scope->skip_depth = 1;
		return;
	}
	if (*written_name(rule) == '\0' || s->depth == SANITIZE_DEPTH_MAX || !make_room(s, rule))
		return;
	if (s->depth < SANITIZE_DEPTH_MAX && put_start_tag(s, rule, tag) && !(rule->flags & RULE_VOID))
		s->open[s->depth++] = rule;
}

static void end_tag(struct sanitizer *s, const struct html_token *tag)
{
	const struct element_rule *rule = element_rule_find(tag->name);
	size_t found = rule ? find_open(s, rule, NULL) : 0;
	if (found > 0)
		pop_to(s, found - 1);
}

/* Inside an element that goes with its content: waits for its end. */
static void skip_token(struct scope *scope, const struct html_token *token)
{
	if (token->kind == HTML_TOKEN_TEXT || !str_ieq(token->name, str_of(scope->skip->name)))
		return;
	if (token->kind == HTML_TOKEN_END)
		scope->skip_depth--;
	else if (scope->skip->flags & RULE_GONE && !token->self_closing)
		scope->skip_depth++;
	if (scope->skip_depth == 0)
		scope->skip = NULL;
}

void sanitize_piece(struct sanitizer *s, struct str html)
{
	struct html_reader reader = { html, 0 };
	struct html_token token;
	struct scope *scope = scope_at(s, 0);
	while (html_next(&reader, &token)) {
		if (scope->skip) {
			skip_token(scope, &token);
		} else if (token.kind == HTML_TOKEN_START) {
			start_tag(s, &reader, &token);
		} else if (token.kind == HTML_TOKEN_END) {
			end_tag(s, &token);
		} else {
			if (str_trim(token.text).n > 0)
				leave_rows(s);
			put_text(s->out, token.text);
		}
	}
	if (scope->kind == SANITIZE_BLOCKS) /* what was not closed must not swallow the document */
		scope->skip = NULL;
}

void sanitize_enter(struct sanitizer *s, enum sanitize_scope kind)
{
	struct scope scope = { .base = s->depth, .kind = kind };
	scope.in_link = kind == SANITIZE_ANCHOR || scope_at(s, 0)->in_link;
	buf_put(&s->scopes, &scope, sizeof scope);
	if (s->scopes.rc != RC_OK && s->out->rc == RC_OK)
		s->out->rc = s->scopes.rc;
}

void sanitize_leave(struct sanitizer *s)
{
	sanitize_close(s);
	if (s->scopes.rc == RC_OK)
		buf_truncate(&s->scopes, s->scopes.len - sizeof(struct scope));
}

void sanitize_block(struct sanitizer *s)
{
	leave_rows(s);
	leave_line(s);
}

void sanitize_close(struct sanitizer *s)
{
	pop_to(s, scope_at(s, 0)->base);
}

void sanitize_closers(const struct sanitizer *s, size_t up, struct buf *out)
{
	size_t end = up > 0 ? scope_at(s, up - 1)->base : s->depth;
	for (size_t i = end; i > scope_at(s, up)->base; i--)
		put_end_tag(out, s->open[i - 1]);
}

bool sanitize_swallows(const struct sanitizer *s)
{
	return scope_at(s, 0)->skip != NULL;
}

bool sanitize_in_link(const struct sanitizer *s)
{
	return scope_at(s, 0)->in_link || open_anywhere(s, element_rule_find(STR("a")));
}

enum rc sanitize_html(struct str in, const struct sanitize_options *options, struct arena *arena,
		      struct html *out, struct err *err)
{
	struct buf result = BUF_INIT(SANITIZE_HTML_MAX_B);
	struct sanitizer s;
	sanitize_init(&s, options, &result);
	sanitize_piece(&s, in);
	sanitize_close(&s);
	enum rc rc = buf_status(&result, "the HTML", err);
	char *copy = rc == RC_OK ? arena_try(arena, result.len + 1) : NULL;
	if (copy) {
		memcpy(copy, result.len ? result.bytes : "", result.len + 1);
		*out = (struct html){ copy, result.len };
	} else if (rc == RC_OK) {
		rc = err_set(err, RC_LIMIT, "the HTML is larger than the memory of its request");
	}
	sanitize_release(&s);
	buf_release(&result);
	return rc;
}
