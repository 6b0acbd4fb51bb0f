/* base_enc.c: tests of base64, hex, percent encoding and the escapes. */
#include "unit.h"

#include "base/enc.h"

static struct buf out = BUF_INIT(1 << 20);

static struct str result(void)
{
	return buf_view(&out);
}

static void base64_gives_the_vectors_of_rfc_4648(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{ "", "", "" }, { "f", "Zg==", "Zg" }, { "fo", "Zm8=", "Zm8" }, { "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" }, { "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" }, { "\xFB\xFF\xFE", "+//+", "-__-" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		buf_clear(&out);
		enc_base64(&out, str_of(rows[i][0]));
		assert_str(result(), rows[i][1]);
		buf_clear(&out);
		enc_base64url(&out, str_of(rows[i][0]));
		assert_str(result(), rows[i][2]);
		buf_clear(&out);
		assert_true(enc_base64_decode(&out, str_of(rows[i][1])));
		assert_str(result(), rows[i][0]);
		buf_clear(&out);
		assert_true(enc_base64url_decode(&out, str_of(rows[i][2])));
		assert_str(result(), rows[i][0]);
	}
}

static void base64_decoding_is_strict(void **state)
{
	(void)state;
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v ", "Z=g=", "====", "Zm9v\n",
					   "-__-", "A===" };
	static const char *const bad_url[] = { "Z", "Zg==", "Zh", "Zm9", "+//+", "Zm9vZ" };
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		buf_clear(&out);
		BUF_LIT(&out, "kept");
		if (enc_base64_decode(&out, str_of(bad[i])))
			fail_msg("'%s' was taken", bad[i]);
		assert_str(result(), "kept");
	}
	for (size_t i = 0; i < COUNT_OF(bad_url); i++)
		if (enc_base64url_decode(&out, str_of(bad_url[i])))
			fail_msg("'%s' was taken", bad_url[i]);
}

static void hex_takes_both_cases_and_whole_bytes(void **state)
{
	(void)state;
	buf_clear(&out);
	enc_hex(&out, str_n("\x00\xAF\x10", 3));
	assert_str(result(), "00af10");
	buf_clear(&out);
	assert_true(enc_hex_decode(&out, STR("00aF10")));
	assert_int_equal(result().n, 3);
	assert_memory_equal(result().p, "\x00\xAF\x10", 3);
	assert_false(enc_hex_decode(&out, STR("0")));
	assert_false(enc_hex_decode(&out, STR("0g")));
}

static void percent_encoding_suits_each_part(void **state)
{
	(void)state;
	static const char *const want[ENC_PART__MAX] = {
		[ENC_SEGMENT] = "a%2Fb%20%C3%A9&=+%3F%23%25~%27",
		[ENC_PATH] = "a/b%20%C3%A9&=+%3F%23%25~%27",
		[ENC_QUERY] = "a/b%20%C3%A9%26%3D%2B?%23%25~%27",
		[ENC_STRICT] = "a%2Fb%20%C3%A9%26%3D%2B%3F%23%25~%27",
		[ENC_IRI] = "a/b%20%C3%A9&=+?#%25~%27",
	};
	for (int part = 0; part < ENC_PART__MAX; part++) {
		buf_clear(&out);
		enc_percent(&out, STR("a/b \xC3\xA9&=+?#%~'"), (enum enc_part)part);
		assert_str(result(), want[part]);
	}
	buf_clear(&out);
	enc_percent(&out, STR("%41%4%zz%"), ENC_IRI);
	assert_str(result(), "%41%254%25zz%25");
}

static void percent_decoding_refuses_half_escapes(void **state)
{
	(void)state;
	buf_clear(&out);
	assert_true(enc_percent_decode(&out, STR("a%2Fb+c%00"), false));
	assert_int_equal(result().n, 6);
	assert_memory_equal(result().p, "a/b+c", 6);
	buf_clear(&out);
	assert_true(enc_percent_decode(&out, STR("a+b%2B"), true));
	assert_str(result(), "a b+");
	static const char *const bad[] = { "%", "%4", "%4x", "a%", "%%41" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(enc_percent_decode(&out, str_of(bad[i]), false));
	assert_str(result(), "a b+");
}

static void html_escapes_leave_no_way_out(void **state)
{
	(void)state;
	buf_clear(&out);
	enc_html_text(&out, STR("<a href=\"x\">&'"));
	assert_str(result(), "&lt;a href=\"x\"&gt;&amp;'");
	buf_clear(&out);
	enc_html_attr(&out, STR("<a href=\"x\">&'"));
	assert_str(result(), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
	buf_clear(&out);
	enc_html_text(&out, STR_NONE);
	assert_str(result(), "");
}

static void json_escapes_suit_a_script_element(void **state)
{
	(void)state;
	buf_clear(&out);
	enc_json(&out, str_n("a\"\\\n\t\r\x01\0</script>&\xE2\x80\xA8\xFF\xC3\xA9\x7F", 25));
	assert_str(result(), "a\\\"\\\\\\n\\t\\r\\u0001\\u0000\\u003c/script\\u003e\\u0026\\u2028\xEF\xBF\xBD\xC3\xA9\\u007f");
}

static void encoders_stop_at_the_limit_of_the_buffer(void **state)
{
	(void)state;
	struct buf small = BUF_INIT(5);
	struct err err = ERR_INIT;
	enc_base64(&small, STR("foobar"));
	assert_int_equal(buf_status(&small, "it", &err), RC_LIMIT);
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_gives_the_vectors_of_rfc_4648),
		cmocka_unit_test(base64_decoding_is_strict),
		cmocka_unit_test(hex_takes_both_cases_and_whole_bytes),
		cmocka_unit_test(percent_encoding_suits_each_part),
		cmocka_unit_test(percent_decoding_refuses_half_escapes),
		cmocka_unit_test(html_escapes_leave_no_way_out),
		cmocka_unit_test(json_escapes_suit_a_script_element),
		cmocka_unit_test(encoders_stop_at_the_limit_of_the_buffer),
	};
	int failed = cmocka_run_group_tests_name("base enc", tests, NULL, NULL);
	buf_release(&out);
	return failed;
}
