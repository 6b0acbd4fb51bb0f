/* jpeg.c: reads JPEG files by libjpeg-turbo. */
#include "base/base.h"

#include <math.h>
#include <setjmp.h>
#include <jpeglib.h>
#include <jerror.h>

#include "img/colour.h"
#include "img/jpeg.h"

#define SCANS_MAX 500 /* of a progressive picture; each costs time for all of it */
#define LARGE_PX 16000000

struct reader {
	struct jpeg_decompress_struct info; /* its error and progress lead back to us by client_data */
	struct jpeg_error_mgr error;
	struct jpeg_progress_mgr progress;
	jmp_buf failed;
	struct err *err;
	enum rc rc;
	struct raster raster;
	struct colour *colour;
	uint8_t *ink;                       /* one row of CMYK */
	JOCTET *profile;
};

static void fail(j_common_ptr info)
{
	struct reader *r = info->client_data;
	char text[JMSG_LENGTH_MAX];
	int code = info->err->msg_code;
	info->err->format_message(info, text);
	if (code == JERR_OUT_OF_MEMORY)
		r->rc = err_set(r->err, RC_LIMIT, "the picture needs more memory than there is for it");
	else if (code == JERR_NO_IMAGE || code == JERR_INPUT_EOF || code == JERR_INPUT_EMPTY)
		r->rc = err_set(r->err, RC_INVALID, "the jpeg picture ends before its pixels begin");
	else
		r->rc = err_set(r->err, RC_INVALID, "the jpeg picture is damaged: %s", text);
	longjmp(r->failed, 1);
}

/* libjpeg paints over what is missing and warns; a half grey picture is not what somebody meant to show. */
static void warn(j_common_ptr info, int level)
{
	struct reader *r = info->client_data;
	int code = info->err->msg_code;
	if (level >= 0)
		return;
	if (code == JWRN_JPEG_EOF) {
		r->rc = err_set(r->err, RC_INVALID, "the jpeg picture is cut off in the middle");
		longjmp(r->failed, 1);
	}
	if (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_ARITH_BAD_CODE) {
		r->rc = err_set(r->err, RC_INVALID, "the jpeg picture is damaged: pixels are missing in the middle");
		longjmp(r->failed, 1);
	}
}

static void quiet(j_common_ptr info)
{
	(void)info;
}

static void count_scans(j_common_ptr info)
{
	struct reader *r = info->client_data;
	if (r->info.input_scan_number <= SCANS_MAX)
		return;
	r->rc = err_set(r->err, RC_LIMIT, "the jpeg picture has more than %d layers", SCANS_MAX);
	longjmp(r->failed, 1);
}

static void prepare(struct reader *r)
{
	r->info.err = jpeg_std_error(&r->error);
	r->error.error_exit = fail;
	r->error.emit_message = warn;
	r->error.output_message = quiet;
	r->info.client_data = r;
}

/* Eighths that libjpeg-turbo has fast code for, the least that leaves something for the better filter. Of a large picture the
 * least that are enough: they look a little worse than what our filter makes, but memory counts more. */
static unsigned eighths(double share, int64_t pixels)
{
	if (share > 0.5 && share <= 1 && pixels > LARGE_PX)
		return (unsigned)ceil(share * 8);
	return share <= 0.125 ? 1 : share <= 0.25 ? 2 : share <= 0.5 ? 4 : 8;
}

static void choose_colours(struct reader *r)
{
	struct jpeg_decompress_struct *info = &r->info;
	unsigned length = 0;
	enum colour_space space = info->num_components == 1 ? COLOUR_GREY : COLOUR_RGB;
	info->out_color_space = JCS_EXT_BGRX;
	if (info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK) {
		space = COLOUR_CMYK;
		info->out_color_space = JCS_CMYK;
	}
	if (jpeg_read_icc_profile(info, &r->profile, &length))
		r->colour = colour_of_profile(str_n((const char *)r->profile, length), space);
}

/* Photoshop writes ink as light, and says so by an Adobe marker. */
static void ink_of(const struct reader *r, uint8_t *row)
{
	if (r->info.saw_Adobe_marker)
		for (size_t i = 0; i < (size_t)r->info.output_width * 4; i++)
			row[i] = (uint8_t)(255 - row[i]);
}

static void read_row(struct reader *r)
{
	uint32_t *pixels = r->raster.rows[r->info.output_scanline];
	int width = r->raster.width;
	JSAMPROW row = r->ink ? r->ink : (JSAMPROW)pixels;
	if (jpeg_read_scanlines(&r->info, &row, 1) != 1)
		ERREXIT(&r->info, JERR_INPUT_EOF);
	if (r->ink) {
		ink_of(r, r->ink);
		colour_cmyk_row(r->colour, r->ink, pixels, width);
		return;
	}
	for (int x = 0; x < width; x++)
		pixels[x] &= 0xFFFFFF;
	colour_row(r->colour, pixels, width);
}

static void read_all(struct reader *r, struct str bytes, double share)
{
	struct jpeg_decompress_struct *info = &r->info;
	jpeg_mem_src(info, (const unsigned char *)bytes.p, bytes.n);
	jpeg_save_markers(info, JPEG_APP0 + 2, 0xFFFF);
	(void)jpeg_read_header(info, TRUE);
	choose_colours(r);
	info->scale_num = eighths(share, (int64_t)info->image_width * info->image_height);
	info->scale_denom = 8;
	info->progress = &r->progress;
	r->progress.progress_monitor = count_scans;
	(void)jpeg_start_decompress(info);
	r->rc = raster_new((int)info->output_width, (int)info->output_height, false, &r->raster, r->err);
	if (r->rc != RC_OK)
		return;
	if (info->out_color_space == JCS_CMYK)
		r->ink = mem_array(info->output_width, 4);
	while (info->output_scanline < info->output_height)
		read_row(r);
	/* What stands behind the last row does not matter: no jpeg_finish_decompress(). */
}

enum rc jpeg_read(struct str bytes, double share, struct raster *out, struct err *err)
{
	struct reader *r = mem_new(sizeof *r);
	enum rc rc;
	r->err = err;
	prepare(r);
	if (setjmp(r->failed) == 0) {
		jpeg_create_decompress(&r->info);
		read_all(r, bytes, share);
	}
	rc = r->rc;
	jpeg_destroy_decompress(&r->info);
	colour_free(r->colour);
	free(r->profile);
	free(r->ink);
	if (rc == RC_OK)
		*out = r->raster;
	else
		raster_free(&r->raster);
	free(r);
	return rc;
}
