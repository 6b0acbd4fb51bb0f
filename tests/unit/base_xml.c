/* base_xml.c: tests of the XML writer. */
#include "unit.h"

#include "base/xml.h"

static void elements_close_in_order_and_text_is_escaped(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(10000);
	struct err err = ERR_INIT;
	struct xml x;
	xml_begin(&x, &out);
	xml_instruction(&x, "xml-stylesheet", STR("href=\"s.xsl\""));
	xml_open(&x, "feed");
	xml_attr(&x, "xmlns", STR("http://x/?a=1&b=\"2\""));
	xml_element(&x, "title", STR("a < b & \"c\" ]]>\r"));
	xml_element(&x, "none", STR_NONE);
	xml_element(&x, "empty", STR(""));
	xml_open(&x, "link");
	xml_attr(&x, "href", STR("/"));
	xml_close(&x);
	xml_open(&x, "p");
	xml_text(&x, STR("one "));
	xml_element(&x, "b", STR("two"));
	xml_element_int(&x, "n", -3);
	assert_ok(xml_end(&x, "the feed", &err), &err);
	assert_str(buf_view(&out), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet href=\"s.xsl\"?>\n"
				   "<feed xmlns=\"http://x/?a=1&amp;b=&quot;2&quot;\">\n"
				   "<title>a &lt; b &amp; &quot;c&quot; ]]&gt;&#13;</title>\n<empty></empty>\n<link href=\"/\"/>\n"
				   "<p>one <b>two</b>\n<n>-3</n>\n</p>\n</feed>\n");
	buf_release(&out);
}

static void what_xml_forbids_is_dropped(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(10000);
	xml_escape(&out, str_n("a\0\x01\x08\x0B\x1F\t\n\xEF\xBF\xBE\xED\xA0\x80\xFFz\xEF\xBF\xBD\xF0\x9F\x98\x80", 23));
	assert_str(buf_view(&out), "a\t\nz\xEF\xBF\xBD\xF0\x9F\x98\x80");
	buf_release(&out);
}

static void cdata_cannot_be_left(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(10000);
	struct err err = ERR_INIT;
	struct xml x;
	xml_begin(&x, &out);
	xml_open(&x, "a");
	xml_cdata(&x, STR("x]]>y\x02"));
	assert_ok(xml_end(&x, "it", &err), &err);
	assert_non_null(strstr(out.bytes, "<a><![CDATA[x]]]]><![CDATA[>y]]></a>"));
	buf_clear(&out);
	xml_begin(&x, &out);
	xml_open(&x, "a");
	xml_cdata(&x, STR("x]]\x01>y]\xFF]>z]>")); /* what is left out brings the end together */
	assert_ok(xml_end(&x, "it", &err), &err);
	assert_non_null(strstr(out.bytes, "<a><![CDATA[x]]]]><![CDATA[>y]]]]><![CDATA[>z]>]]></a>"));
	buf_release(&out);
}

static void wrong_use_and_a_full_buffer_show_at_the_end(void **state)
{
	(void)state;
	struct buf out = BUF_INIT(100000), small = BUF_INIT(60);
	struct err err = ERR_INIT;
	struct xml x;
	xml_begin(&x, &out);
	for (int i = 0; i <= XML_DEPTH_MAX; i++)
		xml_open(&x, "d");
	assert_int_equal(xml_end(&x, "it", &err), RC_INTERNAL);
	xml_begin(&x, &out);
	xml_attr(&x, "a", STR("b"));
	assert_int_equal(xml_end(&x, "it", &err), RC_INTERNAL);
	xml_begin(&x, &out);
	xml_close(&x);
	assert_int_equal(xml_end(&x, "it", &err), RC_INTERNAL);
	xml_begin(&x, &small);
	xml_element(&x, "long", STR("0123456789012345678901234567890123456789"));
	assert_int_equal(xml_end(&x, "it", &err), RC_LIMIT);
	buf_release(&out);
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_close_in_order_and_text_is_escaped),
		cmocka_unit_test(what_xml_forbids_is_dropped),
		cmocka_unit_test(cdata_cannot_be_left),
		cmocka_unit_test(wrong_use_and_a_full_buffer_show_at_the_end),
	};
	return cmocka_run_group_tests_name("base xml", tests, NULL, NULL);
}
