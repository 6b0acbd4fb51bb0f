/* main.c: platen-img, the helper program that alone decodes pictures from strangers.
 *
 * A program of its own, executed and never forked out of a threaded process, so that a crash or a hang is one
 * file's misfortune and the serving process carries no image library. Reads the picture on standard input,
 * writes one line of JSON on standard output and the variants into the descriptors from 3 on; wire.h has the
 * words. By hand, with the usual limits:
 *   platen-img probe <PICTURE
 *   platen-img derive - jpeg,0,640,480,0,0,0,0,0,80,-1 <PICTURE 3>OUT.jpg
 * Exit status 0; 2 for wrong words; else 32 and the enum rc, with the reason on standard error. */
#include "base/base.h"

#include "base/box.h"
#include "base/file.h"
#include "img/decode.h"
#include "img/derive.h"
#include "img/wire.h"

#define ANSWER_MAX_B ((size_t)64 << 10)

/* For the leak sanitizer, where there is one. libgd 2.3.3 leaks the pixels of each AVIF file that it reads or writes, which
 * a program for one picture does not live long enough to mind. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libavif.so\n";
}

static enum rc write_variant(void *ctx, size_t place, struct str bytes, struct err *err)
{
	(void)ctx;
	return file_write_fd(WIRE_FIRST_FD + (int)place, "a variant", bytes, err);
}

static enum rc probe(struct buf *bytes, const struct img_limits *limits, struct buf *answer, struct err *err)
{
	struct img_info info;
	enum rc rc = decode_check(buf_view(bytes), limits, &info, err);
	if (rc == RC_OK)
		wire_info(&info, answer);
	return rc;
}

static enum rc derive_all(struct buf *bytes, const struct img_limits *limits, const struct img_variant *plan, size_t count,
			  struct buf *answer, struct err *err)
{
	struct img_result *result = mem_new(sizeof *result);
	enum rc rc = derive(bytes, limits, plan, count, write_variant, NULL, result, err);
	if (rc == RC_OK)
		wire_result(result, count, answer);
	free(result);
	return rc;
}

struct order {
	bool derive;
	struct img_limits limits;
	struct img_variant plan[IMG_VARIANTS_MAX];
	size_t count;
};

static enum rc read_words(int argc, char **argv, struct order *out, struct err *err)
{
	out->limits = (struct img_limits)IMG_LIMITS_DEFAULT;
	out->derive = argc > 1 && strcmp(argv[1], "derive") == 0;
	if (argc < 2 || (!out->derive && strcmp(argv[1], "probe") != 0) || (!out->derive && argc > 3) ||
	    argc > IMG_VARIANTS_MAX + 3)
		return err_set(err, RC_INVALID, "usage: platen-img probe|derive [LIMITS [VARIANT ...]] <PICTURE");
	if (argc > 2 && strcmp(argv[2], "-") != 0) {
		enum rc rc = wire_read_limits(str_of(argv[2]), &out->limits, err);
		if (rc != RC_OK)
			return rc;
	}
	for (; out->count + 3 < (size_t)argc; out->count++) {
		enum rc rc = wire_read_variant(str_of(argv[out->count + 3]), out->count, &out->plan[out->count], err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc work(const struct order *order, struct err *err)
{
	struct buf bytes = BUF_INIT((size_t)order->limits.input_b), answer = BUF_INIT(ANSWER_MAX_B);
	enum rc rc = file_read_fd(0, "the picture", (size_t)order->limits.input_b, &bytes, err);
	if (rc == RC_OK && order->derive)
		rc = derive_all(&bytes, &order->limits, order->plan, order->count, &answer, err);
	else if (rc == RC_OK)
		rc = probe(&bytes, &order->limits, &answer, err);
	if (rc == RC_OK)
		rc = file_write_fd(1, "standard output", buf_view(&answer), err);
	buf_release(&bytes);
	buf_release(&answer);
	return rc;
}

int main(int argc, char **argv)
{
	static struct order order;
	struct err err = ERR_INIT;
	if (read_words(argc, argv, &order, &err) != RC_OK) {
		fprintf(stderr, "platen-img: %s\n", err.msg);
		return 2;
	}
	const struct box_limits limits = { .memory_b = order.limits.memory_b, .file_b = order.limits.output_b,
					   .cpu_s = order.limits.cpu_s };
	enum rc rc = box_confine(&limits, &err);
	if (rc == RC_OK)
		rc = work(&order, &err);
	if (rc == RC_OK)
		return 0;
	fprintf(stderr, "platen-img: %s\n", err.msg);
	return WIRE_FAILED + (int)rc;
}
