/* pages_name.c: the name of a generation, and who owns it. */
#include "core/pages_impl.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/hash.h"
#include "crypt/rand.h"

static uint64_t add(uint64_t hash, struct str text)
{
	return hash_mix(hash, hash_str(text, text.n));
}

void pages_build(const struct conf *conf, uint64_t program, char out[PAGES_BUILD_CHARS + 1])
{
	uint64_t hash = add(program, conf->url);
	hash = add(hash, str_of(conf->theme_dir));
	hash = add(hash, str_of(conf->lang_dir));
	hash = add(hash, str_of(conf->asset_dir));
	snprintf(out, PAGES_BUILD_CHARS + 1, "%016" PRIx64, hash);
}

void pages_owner(const struct conf *conf, struct str theme, struct pages_owner *out)
{
	char build[PAGES_BUILD_CHARS + 1];
	pages_build(conf, pages_program(), build);
	snprintf(out->text, sizeof out->text, "%s-%016" PRIx64, build, hash_str(theme, 1));
}

/* Zero where there is no /proc: then a power failure is not told from a restart of the program. */
uint32_t pages_boot(void)
{
	char id[64];
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, id, sizeof id) : -1;
	if (fd >= 0)
		close(fd);
	return n > 0 ? (uint32_t)hash_bytes(id, (size_t)n, 0) : 0;
}

void pages_name_make(const struct pages_owner *owner, int64_t public_seq, int64_t expires_ms, struct pages_name *out)
{
	*out = (struct pages_name){ .owner = *owner, .boot = pages_boot(), .public_seq = public_seq,
				    .expires_ms = expires_ms };
	snprintf(out->text, sizeof out->text, "%s-%08" PRIx32 "-%" PRId64 "-%" PRId64 "-%016" PRIx64, owner->text,
		 out->boot, public_seq, expires_ms, rand_u64());
}

static bool is_hex(struct str s, size_t chars)
{
	bool good = s.n == chars;
	for (size_t i = 0; i < s.n; i++)
		good &= (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
	return good;
}

static uint32_t hex_value(struct str s)
{
	uint32_t value = 0;
	for (size_t i = 0; i < s.n; i++)
		value = value << 4 | (uint32_t)(s.p[i] <= '9' ? s.p[i] - '0' : s.p[i] - 'a' + 10);
	return value;
}

bool pages_name_parse(struct str text, struct pages_name *out)
{
	enum { BUILD, THEME, BOOT, SEQ, EXPIRES, RANDOM, PART__MAX };
	struct str rest = text, part[PART__MAX], more;
	struct pages_name name = { .text = "" };
	size_t count = 0;
	while (count < PART__MAX && str_split(&rest, '-', &part[count]))
		count++;
	if (text.n >= sizeof name.text || count < PART__MAX || str_split(&rest, '-', &more))
		return false;
	if (!is_hex(part[BUILD], 16) || !is_hex(part[THEME], 16) || !is_hex(part[BOOT], 8) ||
	    !is_hex(part[RANDOM], 16) || !str_to_i64(part[SEQ], &name.public_seq) ||
	    !str_to_i64(part[EXPIRES], &name.expires_ms))
		return false;
	memcpy(name.text, text.p, text.n);
	memcpy(name.owner.text, text.p, PAGES_OWNER_CHARS);
	name.boot = hex_value(part[BOOT]);
	*out = name;
	return true;
}
