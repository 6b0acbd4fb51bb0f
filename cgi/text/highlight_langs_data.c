/* highlight_langs_data.c: markup, styles, data, queries and patches. */
#include "base/base.h"

#include "text/highlight_langs.h"

/* Comments are not JSON, but its readers meet them: tsconfig.json, JSON5. */
const struct hl_language hl_json = {
	.names = "json jsonc json5 jsonl ndjson geojson jsonld webmanifest hjson importmap",
	.builtins = "Infinity NaN false null true",
	.rules = { HL_C_COMMENTS, HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_ESCAPES) },
	.key_mark = ":",
	.key_class = HL_ATTRIBUTE,
	.flags = HL_SIGNED | HL_KEY_QUOTED,
};

const struct hl_language hl_toml = {
	.names = "toml",
	.builtins = "false inf nan true",
	.rules = {
		HL_LINE_COMMENT("#"), HL_QUOTED("\"\"\"", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("'''", HL_MULTILINE),
		HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", 0),
		HL_SPECIAL("[", hl_form_section, HL_HEADING, HL_LINE_START),
	},
	.operators = "=",
	.word_bytes = "-.",
	.key_mark = "=",
	.key_class = HL_ATTRIBUTE,
	.flags = HL_SIGNED | HL_DATES | HL_LOOSE | HL_KEY_QUOTED,
};

const struct hl_language hl_yaml = {
	.names = "yaml yml eyaml docker-compose compose kubernetes k8s ansible openapi",
	.rules = {
		HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE), HL_QUOTED("'", HL_DOUBLED | HL_MULTILINE),
	},
	.scan = hl_scan_yaml,
};

const struct hl_language hl_ini = {
	.names = "ini cfg conf config properties dotenv env .env editorconfig systemd service"
		" desktop inf gitconfig gitignore",
	.scan = hl_scan_ini,
};

const struct hl_language hl_http = {
	.names = "http",
	.word_bytes = "-",
	.scan = hl_scan_http,
};

const struct hl_language hl_graphql = {
	.names = "graphql gql",
	.keywords = "directive enum extend fragment implements input interface mutation on query"
		" repeatable scalar schema subscription type union",
	.types = "Boolean Float ID Int String",
	.builtins = "false null true",
	.rules = {
		HL_LINE_COMMENT("#"), HL_QUOTED("\"\"\"", HL_MULTILINE), HL_QUOTED("\"", HL_ESCAPES),
		HL_SIGIL("$", HL_VARIABLE, 0),
		HL_SIGIL("@", HL_ATTRIBUTE, 0),
	},
	.function_after = "fragment mutation query subscription",
	.type_after = "enum input interface scalar type union",
	.operators = "!=|&",
	.key_mark = ":",
	.key_class = HL_ATTRIBUTE,
	.flags = HL_CAPITAL_TYPES,
};

const struct hl_language hl_hcl = {
	.names = "hcl terraform tf tfvars nomad",
	.keywords = "data dynamic else for if in locals module moved output provider resource terraform"
		" variable",
	.types = "any bool list map number object set string tuple",
	.builtins = "false null true",
	.rules = {
		HL_LINE_COMMENT("#"), HL_C_COMMENTS, HL_QUOTED_CODE("\"", "${", HL_ESCAPES),
		HL_SPECIAL("<<", hl_form_heredoc, HL_STRING, 0),
	},
	.operators = HL_OPERATORS,
	.word_bytes = "-",
	.key_mark = "=",
	.key_class = HL_ATTRIBUTE,
	.flags = HL_CALLS | HL_MEMBERS,
};

const struct hl_language hl_sql = {
	.names = "sql mysql postgresql postgres pgsql plpgsql psql sqlite sqlite3 mariadb tsql plsql"
		" oracle cql hql duckdb bigquery",
	.keywords = "add all alter analyze and any as asc auto_increment autoincrement begin between by"
		" cascade case check collate column commit conflict constraint create cross current"
		" database declare default deferrable deferred delete desc distinct do drop each else"
		" elsif end escape except exclude execute exists explain fetch filter first following"
		" for foreign from full function generated glob grant group groups having if ignore"
		" ilike immediate in index inner insert instead intersect into is isnull join key"
		" language last lateral left like limit local lock loop match materialized merge natural"
		" no not nothing notnull nulls of offset on only or order outer over partition plan"
		" policy pragma preceding primary procedure raise range recursive references reindex"
		" rename replace restrict return returning returns revoke right role rollback row rows"
		" savepoint schema select sequence set share show strict table temp temporary then ties"
		" to transaction trigger truncate unbounded union unique update use using vacuum values"
		" view virtual when where while window with within without",
	.types = "bigint bigserial binary bit blob bool boolean bytea char character clob date datetime"
		" decimal double enum float int int2 int4 int8 integer interval json jsonb longtext"
		" mediumtext money nchar numeric nvarchar precision real serial smallint smallserial"
		" text time timestamp timestamptz timetz tinyint tinytext tsvector uuid varbinary"
		" varchar varying xml year zone",
	.builtins = "current_date current_time current_timestamp false null rowid true unknown",
	.rules = {
		HL_LINE_COMMENT("--"), HL_BLOCK_COMMENT("/*", "*/"),
		HL_QUOTED("'", HL_DOUBLED | HL_MULTILINE),
		HL_BETWEEN("\"", "\"", HL_VARIABLE, HL_DOUBLED),
		HL_BETWEEN("`", "`", HL_VARIABLE, HL_DOUBLED),
		HL_SPECIAL("$", hl_form_dollar, HL_VARIABLE, 0), HL_SIGIL("@@", HL_VARIABLE, 0),
		HL_SIGIL("@", HL_VARIABLE, 0),
		HL_SIGIL(":", HL_VARIABLE, HL_APART),
	},
	.operators = "+-*/%=<>!&|^~?",
	.flags = HL_FOLD | HL_CALLS,
};

const struct hl_language hl_promql = {
	.names = "promql logql",
	.builtins = "avg bottomk count max min quantile stddev sum topk",
	.keywords = "and bool by group_left group_right ignoring offset on or unless without",
	.rules = {
		HL_LINE_COMMENT("#"), HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_ESCAPES),
		HL_QUOTED("`", 0),
	},
	.operators = HL_OPERATORS,
	.word_bytes = ":",
	.key_mark = "=",
	.key_class = HL_ATTRIBUTE,
	.flags = HL_CALLS,
};

const struct hl_language hl_mermaid = {
	.names = "mermaid dot graphviz gv plantuml puml",
	.keywords = "activate alt as class classDef classDiagram deactivate digraph edge else end"
		" erDiagram flowchart gantt gitGraph graph journey loop mindmap node note opt par"
		" participant pie sequenceDiagram state stateDiagram strict style subgraph timeline"
		" title",
	.builtins = "BT LR RL TB TD",
	.rules = {
		HL_LINE_COMMENT("%%"), HL_C_COMMENTS, HL_QUOTED("\"", HL_ESCAPES),
		HL_BETWEEN("|", "|", HL_STRING, HL_CLOSED),
		HL_SIGIL("@", HL_DIRECTIVE, HL_LINE_START),
	},
	.operators = "-=.<>+*:",
};

const struct hl_language hl_latex = {
	.names = "latex tex",
	.rules = {
		HL_LINE_COMMENT("%"), HL_SPECIAL("\\%", hl_form_literal, HL_ESCAPE, 0),
		HL_SIGIL("\\", HL_KEYWORD, 0),
		HL_QUOTED("$$", HL_MULTILINE | HL_SKIPS), HL_QUOTED("$", HL_SKIPS | HL_CLOSED),
	},
	.operators = "&^_=",
	.word_bytes = "@*",
};

const struct hl_language hl_diff = {
	.names = "diff patch udiff",
	.scan = hl_scan_diff,
};

const struct hl_language hl_markdown = {
	.names = "markdown md mdx mkd gfm commonmark rmarkdown",
	.rules = {
		HL_BLOCK_COMMENT("<!--", "-->"), HL_QUOTED("``", HL_CLOSED), HL_QUOTED("`", HL_CLOSED),
		HL_BETWEEN("**", "**", HL_KEYWORD, HL_CLOSED),
		HL_BETWEEN("](", ")", HL_STRING, HL_CLOSED),
		HL_BETWEEN("<", ">", HL_TAG, HL_CLOSED),
	},
	.scan = hl_scan_markdown,
};

/* --- markup --- */

#define MARKUP_RULES \
	HL_BLOCK_COMMENT("<!--", "-->"), HL_BETWEEN("<![CDATA[", "]]>", HL_STRING, HL_MULTILINE), \
	HL_BETWEEN("<!", ">", HL_DIRECTIVE, HL_MULTILINE)
#define TEMPLATE(o, c) { .open = (o), .close = (c), .form = hl_form_template, .class = HL_DIRECTIVE }
#define TEMPLATE_RULES \
	HL_BLOCK_COMMENT("{{/*", "*/}}"), HL_BLOCK_COMMENT("{{!--", "--}}"), \
	HL_BLOCK_COMMENT("{#", "#}"), \
	TEMPLATE("{{{", "}}}"), TEMPLATE("{{-", "}}"), TEMPLATE("{{", "}}"), TEMPLATE("{%-", "%}"), \
	TEMPLATE("{%", "%}"), \
	HL_BLOCK_COMMENT("<%#", "%>"), TEMPLATE("<%=", "%>"), TEMPLATE("<%", "%>")

const struct hl_language hl_html = {
	.names = "html htm xhtml html5 vue svelte astro liquid jekyll jinja jinja2 j2 django twig"
		" nunjucks njk handlebars hbs mustache go-html-template gohtml gotmpl go-template"
		" html-template gohtmltmpl hugo erb rhtml html+erb eex heex ejs angular blade"
		" html+jinja htmldjango razor cshtml haml",
	.rules = { MARKUP_RULES, HL_BETWEEN("<?", ">", HL_DIRECTIVE, HL_MULTILINE), TEMPLATE_RULES },
	.flags = HL_FOLD,
	.scan = hl_scan_markup,
};

const struct hl_language hl_php_page = {
	.names = "",
	.rules = {
		MARKUP_RULES,
		{ .open = "<?php", .close = "?>", .form = hl_form_php, .class = HL_DIRECTIVE },
		{ .open = "<?=", .close = "?>", .form = hl_form_php, .class = HL_DIRECTIVE },
		{ .open = "<?", .close = "?>", .form = hl_form_php, .class = HL_DIRECTIVE },
		TEMPLATE("{{", "}}"),
	},
	.flags = HL_FOLD,
	.scan = hl_scan_markup,
};

const struct hl_language hl_xml = {
	.names = "xml svg rss atom xsd xsl xslt plist xaml csproj pom wsdl mathml kml gpx fxml opml axml",
	.rules = { MARKUP_RULES, HL_BETWEEN("<?", "?>", HL_DIRECTIVE, HL_MULTILINE) },
	.scan = hl_scan_markup,
};

/* The tags of Liquid, Jinja, Twig, Handlebars, Go and Ruby templates, taken together. */
const struct hl_language hl_template_code = {
	.names = "",
	.keywords = "and as assign autoescape block break by call capture case comment continue"
		" csrf_token cycle decrement def define do each echo elif else elsif empty end"
		" endautoescape endblock endcall endcapture endcase endcomment endembed endfilter endfor"
		" endif endmacro endraw endset endtablerow endtrans endunless endwith extends filter for"
		" from func function highlight if import in include increment is layout let limit macro"
		" not or partial partials range raw render return section set super tablerow template"
		" then trans unless url var when while with yield",
	.builtins = "False None True false nil none null this true undefined",
	.rules = {
		HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_ESCAPES), HL_QUOTED("`", 0),
		HL_SIGIL("$", HL_VARIABLE, 0), HL_SIGIL("@", HL_VARIABLE, 0), HL_SIGIL("#", HL_KEYWORD, 0),
	},
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS,
};

#define STYLE_RULES \
	HL_BLOCK_COMMENT("/*", "*/"), HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_ESCAPES)

const struct hl_language hl_css = {
	.names = "css postcss pcss tailwind",
	.rules = { STYLE_RULES },
	.word_bytes = "-",
	.scan = hl_scan_css,
};

const struct hl_language hl_scss = {
	.names = "scss sass less stylus styl",
	.rules = { HL_LINE_COMMENT("//"), STYLE_RULES },
	.word_bytes = "-",
	.scan = hl_scan_css,
};
