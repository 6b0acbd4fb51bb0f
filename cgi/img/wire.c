/* wire.c: plans as words and answers as JSON. */
#include "base/base.h"

#include "base/json.h"
#include "img/wire.h"

#define LINE_MAX_B ((size_t)64 << 10)
#define VARIANT_NUMBERS 10
#define SIDE_MAX 1000000

void wire_limits(const struct img_limits *l, char word[WIRE_WORD_B])
{
	snprintf(word, WIRE_WORD_B, "%lld,%lld,%d,%lld,%lld,%d", (long long)l->input_b, (long long)l->pixels, l->frames,
		 (long long)l->memory_b, (long long)l->output_b, l->cpu_s);
}

void wire_variant(const struct img_variant *v, char word[WIRE_WORD_B])
{
	snprintf(word, WIRE_WORD_B, "%s,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d", img_type_name(v->type), v->copy, v->width_px,
		 v->height_px, v->crop.x, v->crop.y, v->crop.width, v->crop.height, v->turn, v->quality, v->rival);
}

/* Exactly `count` numbers between commas. */
static bool numbers(struct str text, int64_t *out, size_t count)
{
	struct str part;
	size_t n = 0;
	while (str_split(&text, ',', &part))
		if (n >= count || !str_to_i64(part, &out[n++]))
			return false;
	return n == count;
}

enum rc wire_read_limits(struct str word, struct img_limits *out, struct err *err)
{
	int64_t n[6];
	bool good = numbers(word, n, COUNT_OF(n));
	for (size_t i = 0; good && i < COUNT_OF(n); i++)
		good = n[i] > 0;
	if (!good || n[2] > 1000000 || n[5] > 86400)
		return err_set(err, RC_INVALID, "the limits are not written as they must be");
	*out = (struct img_limits){ .input_b = n[0], .pixels = n[1], .frames = (int)n[2], .memory_b = n[3],
				    .output_b = n[4], .cpu_s = (int)n[5] };
	return RC_OK;
}

static enum img_type type_named(struct str name)
{
	for (int type = IMG_NONE + 1; type < IMG_TYPE__MAX; type++)
		if (str_is(name, img_type_name((enum img_type)type)))
			return (enum img_type)type;
	return IMG_NONE;
}

static bool is_made(const struct img_variant *v)
{
	if (v->copy)
		return v->type == IMG_GIF || v->type == IMG_WEBP;
	return (v->type == IMG_JPEG && v->quality > 0) || v->type == IMG_PNG || v->type == IMG_WEBP ||
	       (v->type == IMG_AVIF && v->quality > 0);
}

enum rc wire_read_variant(struct str word, size_t place, struct img_variant *out, struct err *err)
{
	struct str type = str_until(word, ',');
	int64_t n[VARIANT_NUMBERS];
	bool good = numbers(str_from(word, type.n + 1), n, COUNT_OF(n));
	for (size_t i = 0; good && i < COUNT_OF(n) - 1; i++)
		good = n[i] >= 0 && n[i] <= SIDE_MAX;
	if (!good || n[0] > 1 || (!n[0] && (n[1] == 0 || n[2] == 0)) || (n[5] == 0) != (n[6] == 0) || n[7] >= IMG_TURN__MAX || n[8] > 100 ||
	    n[9] < -1 || n[9] >= (int64_t)place)
		return err_set(err, RC_INVALID, "a variant is not written as it must be");
	struct img_variant v = { .type = type_named(type), .copy = n[0], .width_px = (int)n[1], .height_px = (int)n[2],
				 .crop = { (int)n[3], (int)n[4], (int)n[5], (int)n[6] }, .turn = (int)n[7],
				 .quality = (int)n[8], .rival = (int)n[9] };
	if (!is_made(&v))
		return err_set(err, RC_INVALID, "no variant is made as '%.*s' of that quality", STR_ARG(type));
	*out = v;
	return RC_OK;
}

static void put_info(struct json *object, const struct img_info *info)
{
	json_set_text(object, "type", str_of(img_type_name(info->type)));
	json_set_text(object, "mime", str_of(img_type_mime(info->type)));
	json_set_int(object, "width", info->width_px);
	json_set_int(object, "height", info->height_px);
	json_set_int(object, "orientation", info->orientation);
	json_set_int(object, "frames", info->frames);
	json_set_bool(object, "alpha", info->alpha);
}

static void put_line(struct json *object, struct buf *out)
{
	json_write(object, JSON_LINE, out);
	buf_char(out, '\n');
	json_free(object);
}

void wire_info(const struct img_info *info, struct buf *out)
{
	struct json *object = json_new_object();
	put_info(object, info);
	put_line(object, out);
}

void wire_result(const struct img_result *result, size_t count, struct buf *out)
{
	struct json *object = json_new_object();
	put_info(object, &result->info);
	json_set_int(object, "colour", result->colour);
	json_set_text(object, "placeholder", str_of(result->placeholder));
	struct json *list = json_set_list(object, "made");
	for (size_t i = 0; i < count; i++) {
		struct json *made = json_add_object(list);
		json_set_bool(made, "kept", result->made[i].kept);
		json_set_int(made, "width", result->made[i].width_px);
		json_set_int(made, "height", result->made[i].height_px);
		json_set_int(made, "size", result->made[i].size_b);
	}
	put_line(object, out);
}

static int read_int(const struct json *object, const char *key, int64_t most)
{
	int64_t value = json_get_int(object, key, 0);
	return value < 0 || value > most ? 0 : (int)value;
}

static bool get_info(const struct json *object, struct img_info *out)
{
	*out = (struct img_info){ .type = type_named(json_get_text(object, "type", STR(""))),
				  .width_px = read_int(object, "width", SIDE_MAX), .height_px = read_int(object, "height", SIDE_MAX),
				  .orientation = read_int(object, "orientation", 8),
				  .frames = read_int(object, "frames", INT32_MAX), .alpha = json_get_bool(object, "alpha", false) };
	return out->type != IMG_NONE && out->width_px > 0 && out->height_px > 0 && out->orientation > 0 && out->frames > 0;
}

enum rc wire_read_info(struct str line, struct img_info *out, struct err *err)
{
	struct json *object = NULL;
	struct img_info info;
	bool good = json_parse(line, LINE_MAX_B, &object, NULL) == RC_OK && get_info(object, &info);
	json_free(object);
	if (!good)
		return err_set(err, RC_CORRUPT, "the picture's helper gave no sensible answer");
	*out = info;
	return RC_OK;
}

static bool get_result(const struct json *object, size_t count, struct img_result *out)
{
	struct str placeholder = json_get_text(object, "placeholder", STR(""));
	struct json *list = json_get(object, "made");
	*out = (struct img_result){ .colour = (uint32_t)read_int(object, "colour", 0xFFFFFF) };
	if (!get_info(object, &out->info) || json_count(list) != count || placeholder.n >= sizeof out->placeholder)
		return false;
	memcpy(out->placeholder, placeholder.p, placeholder.n);
	for (size_t i = 0; i < count; i++) {
		struct json *made = json_at(list, i);
		out->made[i] = (struct img_made){ .kept = json_get_bool(made, "kept", false),
						  .width_px = read_int(made, "width", SIDE_MAX),
						  .height_px = read_int(made, "height", SIDE_MAX),
						  .size_b = json_get_int(made, "size", 0) };
	}
	return true;
}

enum rc wire_read_result(struct str line, size_t count, struct img_result *out, struct err *err)
{
	struct json *object = NULL;
	struct img_result *result = mem_new(sizeof *result);
	bool good = json_parse(line, LINE_MAX_B, &object, NULL) == RC_OK && get_result(object, count, result);
	if (good)
		*out = *result;
	json_free(object);
	free(result);
	return good ? RC_OK : err_set(err, RC_CORRUPT, "the picture's helper gave no sensible answer");
}
