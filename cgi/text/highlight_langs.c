/* highlight_langs.c: the list of all languages. */
#include "base/base.h"

#include "text/highlight_langs.h"

const struct hl_language *const hl_languages[] = {
	&hl_c, &hl_cpp, &hl_objc, &hl_csharp, &hl_java, &hl_kotlin, &hl_scala, &hl_groovy, &hl_go,
	&hl_rust, &hl_zig, &hl_swift,
	&hl_dart, &hl_solidity, &hl_glsl, &hl_d, &hl_protobuf,
	&hl_javascript, &hl_typescript, &hl_tsx, &hl_python, &hl_ruby, &hl_perl, &hl_php, &hl_lua,
	&hl_r, &hl_julia, &hl_nim,
	&hl_gdscript, &hl_matlab, &hl_awk, &hl_coffeescript,
	&hl_haskell, &hl_elm, &hl_ocaml, &hl_fsharp, &hl_erlang, &hl_elixir, &hl_clojure, &hl_lisp,
	&hl_gleam, &hl_nix,
	&hl_bash, &hl_console, &hl_powershell, &hl_batch, &hl_dockerfile, &hl_nginx, &hl_apache,
	&hl_caddyfile, &hl_makefile,
	&hl_cmake, &hl_vim, &hl_asm,
	&hl_json, &hl_toml, &hl_yaml, &hl_ini, &hl_http, &hl_graphql, &hl_hcl, &hl_sql, &hl_promql,
	&hl_mermaid, &hl_latex,
	&hl_diff, &hl_markdown, &hl_html, &hl_xml, &hl_css, &hl_scss,
	NULL
};
