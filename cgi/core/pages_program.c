/* pages_program.c: what tells one build of the program from another: the build id that the linker wrote. */
#include "core/pages_impl.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include "base/hash.h"

#define PARTS_MAX 64
#define NOTES_MAX_B 4096

static uint64_t without_id(void)
{
	return hash_str(STR(PACKAGE_VERSION), 0);
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Adds the id that stands among notes (elf(5)), which may be another program's file and hold anything. */
static void add_id(struct str notes, uint64_t *hash)
{
	ElfW(Nhdr) note;
	while (notes.n >= sizeof note) {
		memcpy(&note, notes.p, sizeof note);
		size_t id_at = sizeof note + padded(note.n_namesz), id_n = note.n_descsz;
		if (id_at > notes.n || id_n > notes.n - id_at)
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(notes.p + sizeof note, "GNU", 4) == 0)
			*hash = hash_bytes(notes.p + id_at, id_n, *hash);
		size_t used = id_at + padded(id_n);
		notes = str_from(notes, used < notes.n ? used : notes.n);
	}
}

static int add_own_id(struct dl_phdr_info *info, size_t size, void *ctx)
{
	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		if (part->p_type == PT_NOTE)
			add_id(str_n((const char *)(info->dlpi_addr + part->p_vaddr), part->p_memsz), ctx);
	}
	return 1; /* the first object is the program; no others */
}

uint64_t pages_program(void)
{
	uint64_t hash = without_id();
	dl_iterate_phdr(add_own_id, &hash);
	return hash;
}

static bool read_at(int fd, void *out, size_t n, ElfW(Off) at)
{
	return at <= INT32_MAX && pread(fd, out, n, (off_t)at) == (ssize_t)n;
}

static bool is_ours(const ElfW(Ehdr) *head)
{
	int class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
	return memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 && head->e_ident[EI_CLASS] == class &&
	       head->e_phentsize == sizeof(ElfW(Phdr)) && head->e_phnum <= PARTS_MAX;
}

static bool add_file_id(int fd, uint64_t *hash)
{
	ElfW(Ehdr) head;
	ElfW(Phdr) parts[PARTS_MAX];
	char notes[NOTES_MAX_B];
	if (!read_at(fd, &head, sizeof head, 0) || !is_ours(&head) ||
	    !read_at(fd, parts, head.e_phnum * sizeof *parts, head.e_phoff))
		return false;
	for (int i = 0; i < head.e_phnum; i++) {
		if (parts[i].p_type != PT_NOTE)
			continue;
		if (parts[i].p_filesz > sizeof notes || !read_at(fd, notes, parts[i].p_filesz, parts[i].p_offset))
			return false;
		add_id(str_n(notes, parts[i].p_filesz), hash);
	}
	return true;
}

bool pages_program_of(const char *file, uint64_t *out)
{
	uint64_t hash = without_id();
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool found = fd >= 0 && add_file_id(fd, &hash);
	if (fd >= 0)
		close(fd);
	if (found)
		*out = hash;
	return found;
}
