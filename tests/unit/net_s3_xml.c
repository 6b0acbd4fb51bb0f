/* net_s3_xml.c: what S3 servers answer with, read: good, odd and hostile. */
#include "unit.h"

#include "net/s3_xml.h"

static struct arena arena;
static struct err err;

static int fresh(void **state)
{
	(void)state;
	arena_release(&arena);
	arena_init(&arena, ARENA_MAX_B);
	err = (struct err)ERR_INIT;
	return 0;
}

static void a_failure_is_read_as_servers_write_it(void **state)
{
	(void)state;
	static const struct { const char *xml, *code, *region; } all[] = {
		{ "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The key &lt;x&gt;</Message></Error>", "NoSuchKey", "" },
		{ "<Error><Code>A</Code><Region>eu-central-1</Region><Other><Code>B</Code></Other></Error>", "A", "eu-central-1" },
		{ "<Error xmlns='http://s3.amazonaws.com/doc/2006-03-01/' a=\"&gt;>\"><Code><![CDATA[X<Y]]></Code></Error>", "X<Y", "" },
		{ "<s3:Error><s3:Code>&#78;o&#x4e;&amp;&quot;&apos;</s3:Code></s3:Error>", "NoN&\"'", "" },
		{ "<!-- > --><Error><Message/><Code >C</Code ></Error>\n", "C", "" },
		{ "<Error></Error>", "", "" },
		{ "<Error/>", "", "" },
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct s3_failure got = { STR(""), STR("") };
		assert_ok(s3_xml_failure(str_of(all[i].xml), &arena, &got, &err), &err);
		assert_str(got.code, all[i].code);
		assert_str(got.region, all[i].region);
	}
}

static void what_is_no_xml_is_refused(void **state)
{
	(void)state;
	static const char *const all[] = {
		"", " ", "x", "<", "<Error", "<Error>", "<Error></Code>", "<Error><Code></Error>", "</Error>", "<Error></Error><Error></Error>",
		"<Error>&nbsp;</Error>", "<Error>&</Error>", "<Error>&#0;</Error>", "<Error>&#xD800;</Error>", "<Error>&#x110000;</Error>",
		"<Error>&#99999999;</Error>", "<Error>&#;</Error>", "<Error>&#x;</Error>", "<Error><!-- </Error>", "<Error><![CDATA[x</Error>",
		"<!DOCTYPE Error [<!ENTITY a \"b\">]><Error>&a;</Error>", "<Error a=\"></Error>", "<Error <Code>", "<html><body>no</body></html>",
		"<Error><></></Error>",
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct s3_failure got = { STR("kept"), STR("") };
		if (s3_xml_failure(str_of(all[i]), &arena, &got, &err) != RC_CORRUPT)
			fail_msg("accepted: %s", all[i]);
	}
}

static void a_list_is_read(void **state)
{
	(void)state;
	struct s3_list list;
	const char *xml =
		"<ListBucketResult><Name>b</Name><Prefix>x</Prefix><KeyCount>2</KeyCount><IsTruncated>true</IsTruncated>"
		"<NextContinuationToken>1/a&amp;b==</NextContinuationToken>"
		"<Contents><Key>a%2Fb+c%20d&apos;</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;e&quot;</ETag>"
		"<Size>5368709120</Size><Owner><ID>Key</ID></Owner></Contents>"
		"<Contents><Size>0</Size><Key>%C3%A4</Key></Contents><CommonPrefixes><Prefix>p</Prefix></CommonPrefixes></ListBucketResult>";
	assert_ok(s3_xml_list(str_of(xml), &arena, &list, &err), &err);
	assert_int_equal(list.count, 2);
	assert_str(list.items[0].key, "a/b c d'");
	assert_int_equal(list.items[0].size_b, INT64_C(5368709120));
	assert_int_equal(list.items[0].modified_ms, INT64_C(1767323045678));
	assert_str(list.items[1].key, "\xc3\xa4");
	assert_str(list.next, "1/a&b==");
	assert_ok(s3_xml_list(STR("<ListBucketResult/>"), &arena, &list, &err), &err);
	assert_int_equal(list.count, 0);
	assert_false(str_given(list.next));
}

static void a_list_that_cannot_be_is_refused(void **state)
{
	(void)state;
	static const char *const all[] = {
		"<ListBucketResult><Contents></Contents></ListBucketResult>",
		"<ListBucketResult><Contents><Key>%zz</Key></Contents></ListBucketResult>",
		"<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
		"<ListBucketResult><Contents><Key>a</Key><Size>99999999999999999999</Size></Contents></ListBucketResult>",
		"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
		"<ListAllMyBucketsResult/>",
	};
	struct s3_list list;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (s3_xml_list(str_of(all[i]), &arena, &list, &err) != RC_CORRUPT)
			fail_msg("accepted: %s", all[i]);
}

static void uploads_are_read(void **state)
{
	(void)state;
	struct s3_uploads uploads;
	struct str id;
	const char *xml = "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated><Upload><Key>k</Key><UploadId>2~x/y</UploadId>"
			  "<Initiator><ID>Key</ID></Initiator><Initiated>2026-01-02T03:04:05Z</Initiated></Upload></ListMultipartUploadsResult>";
	assert_ok(s3_xml_uploads(str_of(xml), &arena, &uploads, &err), &err);
	assert_int_equal(uploads.count, 1);
	assert_str(uploads.items[0].id, "2~x/y");
	assert_int_equal(uploads.items[0].begun_ms, INT64_C(1767323045000));
	assert_false(uploads.more);
	assert_int_equal(s3_xml_uploads(STR("<ListMultipartUploadsResult><Upload/></ListMultipartUploadsResult>"), &arena, &uploads, &err), RC_CORRUPT);
	assert_ok(s3_xml_upload_id(STR("<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"), &arena, &id, &err), &err);
	assert_str(id, "u1");
	assert_int_equal(s3_xml_upload_id(STR("<InitiateMultipartUploadResult/>"), &arena, &id, &err), RC_CORRUPT);
	assert_str(s3_xml_root(STR("<?xml version='1.0'?><a:B/>")), "B");
	assert_false(str_given(s3_xml_root(STR("200 OK"))));
}

/* A megabyte, in whatever way it is long. */
static void a_hostile_answer_takes_linear_time_and_little_memory(void **state)
{
	(void)state;
	static const struct { const char *begin, *again, *end; } all[] = {
		{ "<Error>", "<a>", "" }, { "<Error>", "&amp;", "</Error>" }, { "<Error>", "<Code>NoSuchKey</Code>", "</Error>" },
		{ "<Error><Code>", "x", "</Code></Error>" }, { "<Error ", "a='<", "/>" }, { "", "<!---->", "<Error/>" }, { "<Error>", "<![CDATA[]]>", "</Error>" },
		{ "<ListBucketResult>", "<Contents><Key>a</Key></Contents>", "</ListBucketResult>" }, { "<ListBucketResult>", "<Contents><Key>a</Key>", "" },
		{ "<ListBucketResult><Contents>", "<Key>abcdefghijklmnop</Key>", "</Contents></ListBucketResult>" }, { "", "<", "" }, { "<", "a", "" },
	};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct buf xml = BUF_INIT((size_t)2 << 20);
		struct s3_list list;
		struct s3_failure failure;
		double begun_us = cpu_us();
		buf_cstr(&xml, all[i].begin);
		while (xml.len < (size_t)1 << 20)
			buf_cstr(&xml, all[i].again);
		buf_cstr(&xml, all[i].end);
		fresh(state);
		(void)!s3_xml_failure(buf_view(&xml), &arena, &failure, &err);
		(void)!s3_xml_list(buf_view(&xml), &arena, &list, &err);
		if (cpu_us() - begun_us > 3e6)
			fail_msg("'%s' takes %.1f s", all[i].again, (cpu_us() - begun_us) / 1e6);
		buf_release(&xml);
	}
}

static void parts_are_read(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"<ListPartsResult><Part><PartNumber>1</PartNumber></Part></ListPartsResult>",
		"<ListPartsResult><Part><PartNumber>0</PartNumber><ETag>x</ETag></Part></ListPartsResult>",
		"<ListPartsResult><Part><PartNumber>2</PartNumber><ETag>x</ETag></Part><Part><PartNumber>2</PartNumber><ETag>x</ETag></Part></ListPartsResult>",
		"<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>x</ETag><Size>-1</Size></Part></ListPartsResult>",
		"<ListBucketResult/>",
	};
	struct s3_parts parts;
	assert_ok(s3_xml_parts(STR("<ListPartsResult><Owner><ID>1</ID></Owner><IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber>"
				   "<ETag>&quot;ab&quot;</ETag><Size>17</Size></Part><Part><ETag>cd</ETag><PartNumber>3</PartNumber><Size>0</Size></Part>"
				   "</ListPartsResult>"), &arena, &parts, &err), &err);
	assert_int_equal(parts.count, 2);
	assert_str(parts.items[0].etag, "\"ab\"");
	assert_int_equal(parts.items[0].size_b, 17);
	assert_int_equal(parts.items[1].number, 3);
	assert_int_equal(s3_xml_parts(STR("<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>"), &arena, &parts, &err), RC_LIMIT);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (s3_xml_parts(str_of(bad[i]), &arena, &parts, &err) != RC_CORRUPT)
			fail_msg("accepted: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_failure_is_read_as_servers_write_it, fresh),
		cmocka_unit_test_setup(what_is_no_xml_is_refused, fresh),
		cmocka_unit_test_setup(a_list_is_read, fresh),
		cmocka_unit_test_setup(a_list_that_cannot_be_is_refused, fresh),
		cmocka_unit_test_setup(uploads_are_read, fresh),
		cmocka_unit_test_setup(parts_are_read, fresh),
		cmocka_unit_test_setup(a_hostile_answer_takes_linear_time_and_little_memory, fresh),
	};
	int failed = cmocka_run_group_tests_name("net s3 xml", tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
