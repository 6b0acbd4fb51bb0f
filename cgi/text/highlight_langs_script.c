/* highlight_langs_script.c: scripting languages and those of the web's programs. */
#include "base/base.h"

#include "text/highlight_langs.h"

#define SCRIPT_STRINGS \
	HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_ESCAPES), \
	HL_QUOTED_CODE("`", "${", HL_ESCAPES | HL_MULTILINE), \
	HL_SPECIAL("/", hl_form_regex, HL_STRING, HL_OPERAND), HL_SIGIL("@", HL_ATTRIBUTE, HL_DOTTED)
#define SCRIPT_FLAGS (HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CONSTANTS)

/* JSX comes under the name of JavaScript as well: a < before a value can be nothing else. */
const struct hl_language hl_javascript = {
	.names = "javascript js mjs cjs jsx node react es6",
	.keywords = "as async await break case catch class const continue debugger default delete do"
		" else enum export extends finally for from function get if import in instanceof let new"
		" of return set static switch throw try typeof var void while with yield",
	.builtins = "Infinity NaN arguments console document exports false globalThis module null"
		" process require self super this true undefined window",
	.rules = {
		HL_C_COMMENTS, { .open = "#!", .class = HL_COMMENT, .flags = HL_LINE_START },
		SCRIPT_STRINGS,
		HL_SPECIAL("<", hl_form_jsx, HL_TAG, HL_OPERAND),
	},
	.function_after = "function",
	.type_after = "class extends",
	.operators = HL_OPERATORS,
	.word_bytes = "$",
	.flags = SCRIPT_FLAGS,
};

/* Without JSX: <T>value is a cast. */
const struct hl_language hl_typescript = {
	.names = "typescript ts mts cts",
	.keywords = "abstract accessor asserts declare implements infer interface is keyof namespace"
		" override private protected public readonly satisfies type",
	.types = "any bigint boolean never number object string symbol unknown",
	.rules = { HL_C_COMMENTS, SCRIPT_STRINGS },
	.type_after = "enum implements interface namespace type",
	.operators = HL_OPERATORS,
	.word_bytes = "$",
	.flags = SCRIPT_FLAGS,
	.parent = &hl_javascript,
};

const struct hl_language hl_tsx = {
	.names = "tsx",
	.rules = { HL_C_COMMENTS, SCRIPT_STRINGS, HL_SPECIAL("<", hl_form_jsx, HL_TAG, HL_OPERAND) },
	.operators = HL_OPERATORS,
	.word_bytes = "$",
	.flags = SCRIPT_FLAGS,
	.parent = &hl_typescript,
};

const struct hl_language hl_python = {
	.names = "python py python3 py3 python2 gyp starlark bzl bazel sage cython pyx",
	.keywords = "and as assert async await break case class continue def del elif else except"
		" finally for from global if import in is lambda match nonlocal not or pass raise return"
		" try type while with yield",
	.types = "bool bytearray bytes complex dict float frozenset int list object set str tuple",
	.builtins = "Ellipsis False None NotImplemented True __file__ __init__ __main__ __name__ abs all"
		" any ascii bin callable chr classmethod cls compile delattr dir divmod enumerate eval"
		" exec filter format getattr globals hasattr hash help hex id input isinstance"
		" issubclass iter len locals map max memoryview min next oct open ord pow print property"
		" range repr reversed round self setattr slice sorted staticmethod sum super vars zip",
	.rules = {
		HL_LINE_COMMENT("#"),
		HL_BETWEEN_CODE("f\"\"\"", "\"\"\"", "{", HL_ESCAPES | HL_MULTILINE),
		HL_BETWEEN_CODE("f'''", "'''", "{", HL_ESCAPES | HL_MULTILINE),
		HL_BETWEEN_CODE("f\"", "\"", "{", HL_ESCAPES),
		HL_BETWEEN_CODE("f'", "'", "{", HL_ESCAPES),
		HL_BETWEEN("r\"\"\"", "\"\"\"", HL_STRING, HL_SKIPS | HL_MULTILINE),
		HL_BETWEEN("r\"", "\"", HL_STRING, HL_SKIPS),
		HL_BETWEEN("r'", "'", HL_STRING, HL_SKIPS),
		HL_QUOTED("\"\"\"", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("'''", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_ESCAPES),
		HL_SIGIL("@", HL_ATTRIBUTE, HL_DOTTED | HL_LINE_START),
	},
	.prefixes = "b br f fr rb rf u",
	.function_after = "def",
	.type_after = "class",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CONSTANTS,
};

#define RUBY_STRING(q) HL_QUOTED_CODE(q, "#{", HL_ESCAPES | HL_MULTILINE)

const struct hl_language hl_ruby = {
	.names = "ruby rb rake gemfile rakefile podfile crystal cr",
	.keywords = "BEGIN END alias and begin break case class def defined? do else elsif end ensure"
		" extend for if in include module next not or prepend private protected public raise"
		" redo refine rescue retry return then undef unless until when while yield",
	.builtins = "__FILE__ __method__ attr_accessor attr_reader attr_writer catch false gem lambda"
		" loop nil p proc puts require require_relative self super throw true",
	.rules = {
		HL_HASH_COMMENT,
		HL_BETWEEN("=begin", "\n=end", HL_COMMENT, HL_MULTILINE | HL_LINE_START),
		RUBY_STRING("\""),
		HL_QUOTED("'", HL_SKIPS | HL_MULTILINE), HL_QUOTED_CODE("`", "#{", HL_ESCAPES),
		HL_SPECIAL("<<", hl_form_heredoc, HL_STRING, 0),
		HL_SPECIAL("%", hl_form_percent, HL_STRING, 0),
		HL_SPECIAL("/", hl_form_regex, HL_STRING, HL_OPERAND),
		HL_SIGIL(":", HL_BUILTIN, HL_APART),
		HL_SIGIL("@@", HL_VARIABLE, 0), HL_SIGIL("@", HL_VARIABLE, 0),
		HL_SPECIAL("$", hl_form_dollar, HL_VARIABLE, 0),
	},
	.function_after = "def",
	.type_after = "class module",
	.operators = HL_OPERATORS,
	.key_mark = ":",
	.key_class = HL_BUILTIN,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CONSTANTS | HL_TAILS | HL_KEY_CLOSE
		| HL_KEY_BLANK,
};

#define PERL_QUOTE(o) HL_SPECIAL(o, hl_form_percent, HL_STRING, 0)

const struct hl_language hl_perl = {
	.names = "perl pl pm raku",
	.keywords = "and cmp continue die do else elsif eq eval exit for foreach ge goto gt if last le"
		" local lt my ne next no not or our package redo require return sub unless until use"
		" while xor",
	.builtins = "bless chomp close defined delete each exists grep join keys length map open pop"
		" print printf push ref reverse say shift sort splice split sprintf strict substr undef"
		" unshift values wantarray warn warnings",
	.rules = {
		HL_HASH_COMMENT,
		HL_BETWEEN("=head", "\n=cut", HL_COMMENT, HL_MULTILINE | HL_LINE_START),
		HL_BETWEEN("=pod", "\n=cut", HL_COMMENT, HL_MULTILINE | HL_LINE_START),
		HL_QUOTED("\"", HL_ESCAPES | HL_DOLLAR | HL_MULTILINE),
		HL_QUOTED("'", HL_SKIPS | HL_MULTILINE),
		HL_SPECIAL("<<", hl_form_heredoc, HL_STRING, 0), PERL_QUOTE("qw"), PERL_QUOTE("qq"),
		PERL_QUOTE("qr"),
		PERL_QUOTE("q"), PERL_QUOTE("m"), HL_SPECIAL("s", hl_form_percent, HL_STRING, HL_TWICE),
		HL_SPECIAL("tr", hl_form_percent, HL_STRING, HL_TWICE),
		HL_SPECIAL("/", hl_form_regex, HL_STRING, HL_OPERAND),
		HL_SPECIAL("$", hl_form_dollar, HL_VARIABLE, 0), HL_SIGIL("@", HL_VARIABLE, 0),
		HL_SIGIL("%", HL_VARIABLE, HL_OPERAND),
	},
	.function_after = "sub",
	.type_after = "package",
	.operators = HL_OPERATORS ".",
	.flags = HL_CALLS,
};

const struct hl_language hl_php = {
	.names = "php php3 php4 php5 php7 php8 phtml laravel",
	.keywords = "abstract and array as break callable case catch class clone const continue declare"
		" default die do echo else elseif empty enddeclare endfor endforeach endif endswitch"
		" endwhile enum exit extends final finally fn for foreach function global goto if"
		" implements include include_once instanceof insteadof interface isset list match"
		" namespace new or print private protected public readonly require require_once return"
		" static switch throw trait try unset use var while xor yield",
	.types = "bool float int iterable mixed never object string void",
	.builtins = "__class__ __dir__ __file__ __function__ __line__ false null parent self true",
	.rules = {
		HL_SPECIAL("#[", hl_form_brackets, HL_ATTRIBUTE, 0), HL_C_COMMENTS, HL_LINE_COMMENT("#"),
		HL_QUOTED_CODE("\"", "{$", HL_ESCAPES | HL_DOLLAR | HL_MULTILINE),
		HL_QUOTED("'", HL_SKIPS | HL_MULTILINE),
		HL_SPECIAL("<<<", hl_form_heredoc, HL_STRING, 0), HL_SIGIL("$", HL_VARIABLE, 0),
	},
	.function_after = "function",
	.type_after = "class enum extends implements interface new trait",
	.operators = HL_OPERATORS ".",
	.flags = HL_FOLD | HL_CALLS | HL_CAPITAL_TYPES | HL_CONSTANTS,
	.scan = hl_scan_php,
};

const struct hl_language hl_lua = {
	.names = "lua luau moonscript",
	.keywords = "and break continue do else elseif end for function goto if in local not or repeat"
		" return then until while",
	.builtins = "_G _VERSION assert coroutine debug error false getmetatable io ipairs math next nil"
		" os package pairs pcall print rawget rawset require select self setmetatable string"
		" table tonumber tostring true type unpack",
	.rules = {
		HL_SPECIAL("--[", hl_form_levels, HL_COMMENT, 0), HL_LINE_COMMENT("--"),
		HL_SPECIAL("[", hl_form_levels, HL_STRING, 0), HL_QUOTED("\"", HL_ESCAPES),
		HL_QUOTED("'", HL_ESCAPES),
	},
	.function_after = "function",
	.operators = HL_OPERATORS "#",
	.flags = HL_CALLS | HL_MEMBERS,
};

const struct hl_language hl_r = {
	.names = "r rscript rmd splus",
	.keywords = "break else for function if in library next repeat require return while",
	.builtins = "FALSE Inf NA NA_character_ NA_integer_ NA_real_ NULL NaN T TRUE c data.frame factor"
		" list matrix vector",
	.rules = {
		HL_LINE_COMMENT("#"), HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("'", HL_ESCAPES | HL_MULTILINE),
		HL_BETWEEN("%", "%", HL_OPERATOR, HL_CLOSED),
	},
	.operators = "+-*/<>=!&|^~?:@",
	.word_bytes = ".",
	.flags = HL_CALLS,
};

const struct hl_language hl_julia = {
	.names = "julia jl",
	.keywords = "abstract baremodule begin break catch const continue do else elseif end export"
		" finally for function global if import in isa let local macro module mutable primitive"
		" public quote return struct try type using where while",
	.types = "Any Array Bool Char Complex Dict Float32 Float64 Int Int32 Int64 Matrix Nothing Number"
		" Real Set String Symbol Tuple UInt8 Union Vector",
	.builtins = "Inf NaN false missing nothing pi true",
	.rules = {
		HL_NESTED_COMMENT("#=", "=#"), HL_LINE_COMMENT("#"),
		HL_QUOTED_CODE("\"\"\"", "$(", HL_ESCAPES | HL_DOLLAR | HL_MULTILINE),
		HL_QUOTED_CODE("\"", "$(", HL_ESCAPES | HL_DOLLAR), HL_CHARACTER,
		HL_SIGIL("@", HL_DIRECTIVE, HL_DOTTED),
		HL_SIGIL(":", HL_BUILTIN, HL_APART),
	},
	.prefixes = "b r raw v",
	.function_after = "function macro",
	.type_after = "module struct",
	.operators = HL_OPERATORS "\\",
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CAPITAL_CALLS | HL_TAILS,
};

const struct hl_language hl_nim = {
	.names = "nim nimrod",
	.keywords = "addr and as asm bind block break case cast concept const continue converter defer"
		" discard distinct div do elif else end enum except export finally for from func if"
		" import in include interface is isnot iterator let macro method mixin mod nil not notin"
		" object of or out proc ptr raise ref return shl shr static template try tuple type"
		" using var when while xor yield",
	.types = "array bool byte char cstring float float32 float64 int int16 int32 int64 int8"
		" openArray seq set string uint uint16 uint32 uint64 uint8 void",
	.builtins = "echo false result self true",
	.rules = {
		HL_NESTED_COMMENT("#[", "]#"), HL_LINE_COMMENT("#"), HL_QUOTED("\"\"\"", HL_MULTILINE),
		HL_QUOTED("\"", HL_ESCAPES),
		HL_CHARACTER, HL_BETWEEN("{.", ".}", HL_ATTRIBUTE, HL_CLOSED),
	},
	.prefixes = "fmt r",
	.function_after = "converter func iterator macro method proc template",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_gdscript = {
	.names = "gdscript gd godot",
	.keywords = "and as assert await break breakpoint class class_name const continue elif else enum"
		" extends for func if in is master match not or pass preload return setget signal static"
		" super tool var void when while yield",
	.types = "Array Color Dictionary Node PackedScene String Vector2 Vector3 bool float int",
	.builtins = "INF NAN PI false null print range self true",
	.rules = {
		HL_LINE_COMMENT("#"), HL_QUOTED("\"\"\"", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("\"", HL_ESCAPES),
		HL_QUOTED("'", HL_ESCAPES), HL_SIGIL("@", HL_ATTRIBUTE, 0),
		HL_SIGIL("$", HL_VARIABLE, 0),
	},
	.function_after = "func signal",
	.type_after = "class class_name extends",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CONSTANTS,
};

/* A quote behind a value transposes it. */
const struct hl_language hl_matlab = {
	.names = "matlab octave m",
	.keywords = "break case catch classdef continue do else elseif end endfor endfunction endif"
		" endwhile for function global if methods otherwise parfor persistent properties return"
		" switch try until while",
	.builtins = "Inf NaN disp eye false fprintf i j length linspace numel ones pi plot rand size sum"
		" true zeros",
	.rules = {
		HL_BLOCK_COMMENT("%{", "%}"), HL_LINE_COMMENT("%"), HL_LINE_COMMENT("#"),
		HL_QUOTED("\"", HL_DOUBLED),
		{ .open = "'", .close = "'", .class = HL_STRING, .flags = HL_DOUBLED | HL_OPERAND },
	},
	.operators = "+-*/\\^=<>~&|'@",
	.flags = HL_CALLS | HL_MEMBERS,
};

const struct hl_language hl_awk = {
	.names = "awk gawk mawk",
	.keywords = "BEGIN BEGINFILE END ENDFILE break case continue default delete do else exit for"
		" func function getline if in next nextfile print printf return switch while",
	.builtins = "ARGC ARGV ENVIRON FILENAME FNR FS NF NR OFS ORS RS gensub gsub index length match"
		" split sprintf sub substr system tolower toupper",
	.rules = {
		HL_LINE_COMMENT("#"), HL_QUOTED("\"", HL_ESCAPES),
		HL_SPECIAL("/", hl_form_regex, HL_STRING, HL_OPERAND),
		HL_SPECIAL("$", hl_form_dollar, HL_VARIABLE, 0),
	},
	.function_after = "func function",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS,
};

const struct hl_language hl_coffeescript = {
	.names = "coffeescript coffee livescript",
	.keywords = "and break by case catch class continue default delete do else extends finally for"
		" if import in instanceof is isnt loop new not of or return super switch then throw try"
		" typeof unless until when while yield",
	.builtins = "Infinity NaN console false no null off on require this true undefined yes",
	.rules = {
		HL_BLOCK_COMMENT("###", "###"), HL_LINE_COMMENT("#"),
		HL_QUOTED_CODE("\"\"\"", "#{", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("'''", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED_CODE("\"", "#{", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("'", HL_ESCAPES), HL_SPECIAL("/", hl_form_regex, HL_STRING, HL_OPERAND),
		HL_SIGIL("@", HL_VARIABLE, 0),
	},
	.type_after = "class extends",
	.operators = HL_OPERATORS,
	.word_bytes = "$",
	.key_mark = ":",
	.key_class = HL_ATTRIBUTE,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};
