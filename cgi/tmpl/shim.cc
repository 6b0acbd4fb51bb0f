/* shim.cc: ctemplate behind a C interface; the only C++ of Platen. */
extern "C" {
#include "base/err.h"
#include "tmpl/render.h"
}
#include "tmpl/shim.h"

#include <ctemplate/per_expand_data.h>
#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary_interface.h>
#include <ctemplate/template_emitter.h>

#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>

using ctemplate::TemplateString;

struct shim {
	ctemplate::TemplateCache cache;
};

namespace {

str str_from_name(const TemplateString &name)
{
	return str{ name.data(), name.size() };
}

/* The value tree as ctemplate's dictionary: one frame for each level of context. */
class Frame final : public ctemplate::TemplateDictionaryInterface {
public:
	Frame(render *r, const scope *outer, const value *v) : r_(r), scope_{ outer, v } {}
	void move_to(const value *v) { scope_.value = v; }

private:
	TemplateString GetValue(const TemplateString &name) const override
	{
		str text = render_marker(r_, &scope_, str_from_name(name));
		return TemplateString(text.p, text.n);
	}
	bool IsHiddenSection(const TemplateString &name) const override
	{
		const value *v;
		return !render_section(r_, &scope_, str_from_name(name), &v);
	}
	bool IsUnhiddenSection(const TemplateString &name) const override
	{
		return !IsHiddenSection(name);
	}
	bool IsHiddenTemplate(const TemplateString &name) const override
	{
		return !render_include(r_, &scope_, str_from_name(name));
	}
	const char *GetIncludeTemplateName(const TemplateString &name, int) const override
	{
		const char *key = render_include(r_, &scope_, str_from_name(name));
		return key ? key : "";
	}
	void DumpToString(std::string *, int) const override {}

	class Turns;
	Iterator *CreateSectionIterator(const TemplateString &name) const override;
	Iterator *CreateTemplateIterator(const TemplateString &name) const override;

	render *r_;
	scope scope_;
};

/* Goes through the items of a list, or once into any other value. */
class Frame::Turns final : public ctemplate::TemplateDictionaryInterface::Iterator {
public:
	Turns(render *r, const scope *outer, const value *v, size_t count, bool list)
		: r_(r), list_(list ? v : nullptr), at_(0), count_(render_enter(r) ? count : 0),
		  frame_(r, outer, v)
	{
	}
	~Turns() override { render_leave(r_); }
	bool HasNext() const override { return at_ < count_ && render_turn(r_); }
	const TemplateDictionaryInterface &Next() override
	{
		if (list_)
			frame_.move_to(value_at(list_, at_));
		at_++;
		return frame_;
	}

private:
	render *r_;
	const value *list_;
	size_t at_, count_;
	Frame frame_;
};

/* An inverted section has no turns: ctemplate then expands it once in the context outside. */
ctemplate::TemplateDictionaryInterface::Iterator *
Frame::CreateSectionIterator(const TemplateString &name) const
{
	const value *v;
	bool shows = render_section(r_, &scope_, str_from_name(name), &v);
	if (!shows || name.data()[0] != NAME_SECTION)
		return new Turns(r_, &scope_, nullptr, 0, false);
	bool list = value_kind(v) == VALUE_LIST;
	return new Turns(r_, &scope_, v, list ? value_count(v) : 1, list);
}

ctemplate::TemplateDictionaryInterface::Iterator *
Frame::CreateTemplateIterator(const TemplateString &) const
{
	return new Turns(r_, scope_.outer, scope_.value, 1, false);
}

class Emitter final : public ctemplate::ExpandEmitter {
public:
	explicit Emitter(render *r) : r_(r) {}
	void Emit(char c) override { render_put(r_, &c, 1); }
	void Emit(const std::string &s) override { render_put(r_, s.data(), s.size()); }
	void Emit(const char *s) override { render_put(r_, s, strlen(s)); }
	void Emit(const char *s, size_t n) override { render_put(r_, s, n); }

private:
	render *r_;
};

/* ctemplate reports on std::cerr, which belongs to the whole process: one load at a time, and what
 * was printed is ours. */
std::mutex load_lock;

class Load {
public:
	Load() : lock_(load_lock), cerr_(std::cerr.rdbuf(said_.rdbuf())) {}
	~Load() { std::cerr.rdbuf(cerr_); }
	/* The first line without the "ERROR: Template X: ERROR: Auto-Escape: " in front. */
	std::string said() const
	{
		static const std::string prefixes[] = { "ERROR: ", "Auto-Escape: " };
		std::string text = said_.str();
		text = text.substr(0, text.find('\n'));
		for (const std::string &prefix : prefixes) {
			size_t last = text.rfind(prefix);
			if (last != std::string::npos)
				text = text.substr(last + prefix.size());
		}
		return text;
	}

private:
	std::lock_guard<std::mutex> lock_;
	std::ostringstream said_;
	std::streambuf *cerr_;
};

enum rc refused(const Load &load, struct err *err)
{
	std::string said = load.said();
	return err_set(err, RC_INVALID, "the escaping cannot follow the HTML here: %s", said.c_str());
}

/* The dump holds the template's text too, which could pretend to be a marker: only the exact
 * sequence of all markers is believed. */
enum rc read_dump(const std::string &dump, size_t markers, shim_modifiers_fn *tell, void *user,
		  struct err *err)
{
	static const std::string head = "Variable Node: x";
	size_t number = 0, at = 0;
	while ((at = dump.find(head, at)) != std::string::npos) {
		at += head.size();
		size_t end = dump.find('\n', at), colon = dump.find(':', at);
		if (end == std::string::npos || dump.compare(at, std::min(colon, end) - at, std::to_string(number)))
			return err_set(err, RC_INTERNAL, "the text looks like a dump of ctemplate");
		colon = std::min(colon, end);
		if (!tell(user, number++, str{ dump.data() + colon, end - colon }))
			return err_set(err, RC_INTERNAL, "unknown modifiers");
	}
	if (number != markers)
		return err_set(err, RC_INTERNAL, "the text looks like a dump of ctemplate");
	return RC_OK;
}

enum rc failed(struct err *err)
{
	try {
		throw;
	} catch (const std::exception &e) {
		return err_set(err, RC_INTERNAL, "the template library failed: %s", e.what());
	} catch (...) {
		return err_set(err, RC_INTERNAL, "the template library failed");
	}
}

} // namespace

extern "C" enum rc shim_probe(struct str source, size_t markers, shim_modifiers_fn *tell, void *user,
			      struct err *err)
{
	try {
		Load load;
		std::unique_ptr<ctemplate::Template> parsed(ctemplate::Template::StringToTemplate(
			TemplateString(source.p, source.n), ctemplate::DO_NOT_STRIP));
		if (!parsed)
			return refused(load, err);
		if (!tell)
			return RC_OK;
		std::string dump;
		parsed->DumpToString("probe", &dump);
		return read_dump(dump, markers, tell, user, err);
	} catch (...) {
		return failed(err);
	}
}

extern "C" enum rc shim_new(struct shim **out, struct err *err)
{
	try {
		*out = new struct shim;
		return RC_OK;
	} catch (...) {
		return failed(err);
	}
}

extern "C" void shim_free(struct shim *shim)
{
	try {
		delete shim;
	} catch (...) {
	}
}

extern "C" enum rc shim_add(struct shim *shim, const char *key, struct str source, struct err *err)
{
	try {
		Load load;
		if (!shim->cache.StringToTemplateCache(key, source.p, source.n, ctemplate::DO_NOT_STRIP))
			return refused(load, err);
		return RC_OK;
	} catch (...) {
		return failed(err);
	}
}

extern "C" void shim_freeze(struct shim *shim)
{
	try {
		shim->cache.Freeze();
	} catch (...) {
	}
}

extern "C" enum rc shim_expand(const struct shim *shim, const char *key, struct render *r,
			       const struct scope *root, struct err *err)
{
	try {
		Frame frame(r, root->outer, root->value);
		Emitter emitter(r);
		if (!shim->cache.ExpandNoLoad(key, ctemplate::DO_NOT_STRIP, &frame, nullptr, &emitter) &&
		    !r->limit)
			return err_set(err, RC_INTERNAL, "the template library failed");
		return RC_OK;
	} catch (...) {
		return failed(err);
	}
}
