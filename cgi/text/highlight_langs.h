/* highlight_langs.h: the tables of all languages, by name, for highlight_langs.c and for the languages
 * that hold others. */
#ifndef PLATEN_TEXT_HIGHLIGHT_LANGS_H
#define PLATEN_TEXT_HIGHLIGHT_LANGS_H

#include "text/highlight_scan.h"

/* highlight_langs_c.c */
extern const struct hl_language hl_c, hl_cpp, hl_objc, hl_csharp, hl_java, hl_kotlin, hl_scala,
hl_groovy, hl_go, hl_rust,
	hl_zig, hl_swift, hl_dart, hl_solidity, hl_glsl, hl_d, hl_protobuf;

/* highlight_langs_script.c */
extern const struct hl_language hl_javascript, hl_typescript, hl_tsx, hl_python, hl_ruby, hl_perl,
hl_php, hl_lua, hl_r,
	hl_julia, hl_nim, hl_gdscript, hl_matlab, hl_awk, hl_coffeescript;

/* highlight_langs_fun.c */
extern const struct hl_language hl_haskell, hl_elm, hl_ocaml, hl_fsharp, hl_erlang, hl_elixir,
hl_clojure, hl_lisp, hl_gleam,
	hl_nix;

/* highlight_langs_shell.c */
extern const struct hl_language hl_bash, hl_console, hl_powershell, hl_batch, hl_dockerfile, hl_nginx,
hl_apache,
	hl_caddyfile, hl_makefile, hl_cmake, hl_vim, hl_asm;

/* highlight_langs_data.c */
extern const struct hl_language hl_json, hl_toml, hl_yaml, hl_ini, hl_http, hl_graphql, hl_hcl, hl_sql,
hl_promql,
	hl_mermaid, hl_latex, hl_diff, hl_markdown, hl_html, hl_xml, hl_css, hl_scss;

/* Parts of others, without a name of their own. */
extern const struct hl_language hl_shell_code, hl_make_code, hl_php_page, hl_template_code;

#endif
