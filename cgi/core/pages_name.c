/* pages_name.c: the name of a generation, and who owns it. */
#include "core/pages_impl.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <unistd.h>

#include "base/hash.h"
#include "crypt/rand.h"

/* The linker's build id in the program's own headers: two builds of one version differ. */
static int find_build_id(struct dl_phdr_info *info, size_t size, void *ctx)
{
	uint64_t *hash = ctx;
	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		const char *at = (const char *)(info->dlpi_addr + part->p_vaddr);
		const char *end = at + part->p_memsz;
		while (part->p_type == PT_NOTE && (size_t)(end - at) >= sizeof(ElfW(Nhdr))) {
			ElfW(Nhdr) note;
			memcpy(&note, at, sizeof note);
			const char *name = at + sizeof note, *id = name + ((note.n_namesz + 3) & ~3u);
			if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(name, "GNU", 4) == 0)
				*hash = hash_bytes(id, note.n_descsz, *hash);
			at = id + ((note.n_descsz + 3) & ~3u);
		}
	}
	return 1; /* the first object is the program; no others */
}

static uint64_t add(uint64_t hash, struct str text)
{
	return hash_mix(hash, hash_str(text, text.n));
}

/* The program, and the settings that show in pages. */
static uint64_t build_hash(const struct conf *conf)
{
	uint64_t hash = hash_str(STR(PACKAGE_VERSION), 0);
	dl_iterate_phdr(find_build_id, &hash);
	hash = add(hash, conf->url);
	hash = add(hash, str_of(conf->theme_dir));
	hash = add(hash, str_of(conf->lang_dir));
	return add(hash, str_of(conf->asset_dir));
}

void pages_owner(const struct conf *conf, struct str theme, struct pages_owner *out)
{
	snprintf(out->text, sizeof out->text, "%016" PRIx64 "-%016" PRIx64, build_hash(conf), hash_str(theme, 1));
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
