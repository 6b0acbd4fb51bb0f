/* core_pages_program.c: a program's build is told from its file as from itself, whatever the file holds. */
#include "unit.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include "core/pages.h"
#include "folder.h"

#define HEAD_B (16 << 10)

struct place {
	struct folder folder;
	const char *file;
	int fd;                 /* of that file */
	char own[HEAD_B];       /* how this program begins */
};

static int setup(void **state)
{
	struct place *p = mem_new(sizeof *p);
	int own = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(own, p->own, HEAD_B), HEAD_B);
	close(own);
	folder_make(&p->folder);
	p->file = path_join(&p->folder.arena, p->folder.path, "program");
	p->fd = open(p->file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(p->fd >= 0);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	close(p->fd);
	folder_remove(&p->folder);
	free(p);
	return 0;
}

/* What the file says with `bytes` at `offset`. */
static bool read_with(struct place *p, const void *bytes, size_t n, size_t offset, uint64_t *out)
{
	assert_int_equal(pwrite(p->fd, bytes, n, (off_t)offset), (ssize_t)n);
	return pages_program_of(p->file, out);
}

static bool read_as(struct place *p, struct str bytes, uint64_t *out)
{
	assert_int_equal(ftruncate(p->fd, 0), 0);
	return read_with(p, bytes.p, bytes.n, 0, out);
}

static void a_file_says_what_the_running_program_says(void **state)
{
	struct place *p = *state;
	uint64_t id = 0;
	(void)p;
	assert_true(pages_program_of("/proc/self/exe", &id));
	assert_int_equal(id, pages_program());
}

static void another_program_is_another(void **state)
{
	struct place *p = *state;
	uint64_t id = 0, other = 0;
	(void)p;
	assert_true(pages_program_of("./platen", &id)); /* tests run in the build folder */
	assert_true(pages_program_of("./platen-cgi", &other));
	assert_int_not_equal(id, pages_program());
	assert_int_not_equal(id, other);
}

static void what_is_no_program_has_no_build(void **state)
{
	struct place *p = *state;
	uint64_t id = 77;
	assert_false(pages_program_of("/nonexistent", &id));
	assert_false(pages_program_of(p->folder.path, &id));
	assert_false(read_as(p, STR(""), &id));
	assert_false(read_as(p, STR("#!/bin/sh\nexec platen\n"), &id));
	assert_false(read_as(p, str_n(p->own, sizeof(ElfW(Ehdr)) - 1), &id));
	assert_false(read_as(p, str_n(p->own, sizeof(ElfW(Ehdr))), &id));
	assert_int_equal(id, 77);
}

/* Every size and offset of the head gets values that no linker writes. */
static void a_forged_head_ends_in_an_answer(void **state)
{
	static const unsigned char values[] = { 0, 1, 0x7F, 0x80, 0xFF };
	struct place *p = *state;
	uint64_t id, own = pages_program();
	size_t changed = 0;
	ElfW(Ehdr) head;
	memcpy(&head, p->own, sizeof head);
	size_t end = head.e_phoff + head.e_phnum * sizeof(ElfW(Phdr));
	assert_true(end < HEAD_B);
	assert_true(read_as(p, str_n(p->own, HEAD_B), &id));
	assert_int_equal(id, own);
	for (size_t at = 0; at < end; at++) {
		for (size_t v = 0; v < COUNT_OF(values); v++)
			changed += read_with(p, &values[v], 1, at, &id) && id != own;
		assert_int_equal(pwrite(p->fd, &p->own[at], 1, (off_t)at), 1);
	}
	assert_true(changed > 0); /* some forgeries are taken for programs: it was worth trying them */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_file_says_what_the_running_program_says),
		TEST(another_program_is_another),
		TEST(what_is_no_program_has_no_build),
		TEST(a_forged_head_ends_in_an_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
