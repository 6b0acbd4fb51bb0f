/* highlight_langs_fun.c: functional languages. */
#include "base/base.h"

#include "text/highlight_langs.h"

const struct hl_language hl_haskell = {
	.names = "haskell hs lhs purescript purs idris",
	.keywords = "as case class data default deriving do else family forall foreign hiding if import"
		" in infix infixl infixr instance let mdo module newtype of pattern proc qualified rec"
		" then type where",
	.builtins = "False Just Left Nothing Right True otherwise undefined",
	.rules = {
		HL_BETWEEN("{-#", "#-}", HL_DIRECTIVE, HL_MULTILINE), HL_NESTED_COMMENT("{-", "-}"),
		HL_LINE_COMMENT("--"),
		HL_QUOTED("\"", HL_ESCAPES), HL_CHARACTER,
	},
	.type_after = "class data newtype type",
	.operators = "+-*/=<>!&|^~?:.\\$@",
	.word_bytes = "'",
	.key_mark = "::",
	.key_class = HL_FUNCTION,
	.flags = HL_CAPITAL_TYPES | HL_KEY_LINE,
};

const struct hl_language hl_elm = {
	.names = "elm",
	.keywords = "alias as case effect else exposing if import in infix let module of port then type"
		" where",
	.builtins = "Err False Just Nothing Ok True",
	.rules = {
		HL_NESTED_COMMENT("{-", "-}"), HL_LINE_COMMENT("--"),
		HL_QUOTED("\"\"\"", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("\"", HL_ESCAPES), HL_CHARACTER,
	},
	.operators = "+-*/=<>!&|^~?:.\\",
	.key_mark = ":",
	.key_class = HL_FUNCTION,
	.flags = HL_CAPITAL_TYPES | HL_KEY_LINE,
};

const struct hl_language hl_ocaml = {
	.names = "ocaml ml mli sml reason reasonml rescript",
	.keywords = "and as asr assert begin class constraint do done downto else end exception external"
		" for fun function functor if in include inherit initializer land lazy let lor lsl lsr"
		" lxor match method mod module mutable new nonrec object of open or private rec sig"
		" struct then to try type val virtual when while with",
	.types = "array bool bytes char exn float int int32 int64 list option ref string unit",
	.builtins = "None Some failwith false ignore not print_endline print_string raise true",
	.rules = {
		HL_NESTED_COMMENT("(*", "*)"), HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE),
		HL_BETWEEN("{|", "|}", HL_STRING, HL_MULTILINE),
		HL_CHARACTER, HL_SIGIL("'", HL_TYPE, 0), HL_SIGIL("~", HL_ATTRIBUTE, 0),
		HL_BETWEEN("[@", "]", HL_ATTRIBUTE, HL_CLOSED),
	},
	.function_after = "external val",
	.operators = "+-*/=<>!&|^~?:@$",
	.word_bytes = "'",
	.flags = HL_CAPITAL_TYPES,
};

const struct hl_language hl_fsharp = {
	.names = "fsharp f# fs fsx fsi",
	.keywords = "abstract and as assert async base begin class default delegate do done downcast"
		" downto elif else end exception extern finally fixed for fun function global if in"
		" inherit inline interface internal lazy let match member module mutable namespace new"
		" not of open or override private public rec return sig static struct task then to try"
		" type upcast use val when while with yield",
	.types = "array bool byte char decimal double exn float int int64 list obj option seq string"
		" unit",
	.builtins = "Error None Ok Some failwith false null printf printfn sprintf true",
	.rules = {
		HL_LINE_COMMENT("//"), HL_NESTED_COMMENT("(*", "*)"), HL_QUOTED("\"\"\"", HL_MULTILINE),
		HL_BETWEEN_CODE("$\"", "\"", "{", HL_ESCAPES),
		HL_BETWEEN("@\"", "\"", HL_STRING, HL_DOUBLED | HL_MULTILINE),
		HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE), HL_CHARACTER, HL_SIGIL("'", HL_TYPE, 0),
		HL_BETWEEN("[<", ">]", HL_ATTRIBUTE, HL_CLOSED),
		HL_SIGIL("#", HL_DIRECTIVE, HL_LINE_START),
	},
	.type_after = "exception type",
	.operators = "+-*/=<>!&|^~?:@",
	.word_bytes = "'",
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CAPITAL_CALLS,
};

const struct hl_language hl_erlang = {
	.names = "erlang erl hrl",
	.keywords = "after and andalso band begin bnot bor bsl bsr bxor case catch div else end fun if"
		" let maybe not of or orelse receive rem spawn try when xor",
	.builtins = "error false nil ok true undefined",
	.rules = {
		HL_LINE_COMMENT("%"), HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("'", HL_ESCAPES),
		HL_SIGIL("-", HL_DIRECTIVE, HL_LINE_START), HL_SIGIL("?", HL_DIRECTIVE, 0),
		HL_SIGIL("#", HL_TYPE, 0),
	},
	.operators = "+-*/=<>!|:?",
	.word_bytes = "@",
	.flags = HL_CALLS | HL_VARIABLES,
};

const struct hl_language hl_elixir = {
	.names = "elixir ex exs iex",
	.keywords = "after alias and case catch cond def defdelegate defexception defguard defimpl"
		" defmacro defmacrop defmodule defp defprotocol defstruct do else end fn for if import"
		" in not or quote raise receive require rescue super throw try unless unquote use when"
		" with",
	.builtins = "__MODULE__ false nil self true",
	.rules = {
		HL_LINE_COMMENT("#"), HL_QUOTED_CODE("\"\"\"", "#{", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED_CODE("\"", "#{", HL_ESCAPES | HL_MULTILINE), HL_QUOTED("'", HL_ESCAPES),
		HL_SPECIAL("~", hl_form_percent, HL_STRING, 0), HL_SIGIL(":", HL_BUILTIN, HL_APART),
		HL_BETWEEN(":\"", "\"", HL_BUILTIN, 0), HL_SIGIL("@", HL_ATTRIBUTE, 0),
	},
	.function_after = "def defdelegate defguard defmacro defmacrop defp",
	.type_after = "defmodule defprotocol",
	.operators = HL_OPERATORS "\\",
	.key_mark = ":",
	.key_class = HL_BUILTIN,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_TAILS | HL_KEY_CLOSE | HL_KEY_BLANK,
};

/* The word behind a parenthesis is a function or a form. */
#define LISP_WORD_BYTES "+-*/<>=!?&.%$:~^#|"

const struct hl_language hl_clojure = {
	.names = "clojure clj cljs cljc edn clojurescript",
	.keywords = "-> ->> and as-> case catch comment cond cond-> condp def defmacro defmethod"
		" defmulti defn defn- defonce defprotocol defrecord defstruct deftest deftype do doseq"
		" dotimes doto extend-protocol extend-type finally fn for if if-let if-not if-some"
		" import in-ns let letfn loop new ns or quote recur refer reify require some-> throw try"
		" use var when when-let when-not when-some while",
	.builtins = "false nil true",
	.rules = {
		HL_LINE_COMMENT(";"), HL_BETWEEN("#\"", "\"", HL_STRING, HL_SKIPS),
		HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE),
		HL_SIGIL("\\", HL_STRING, 0), HL_SIGIL("::", HL_BUILTIN, 0),
		HL_SIGIL(":", HL_BUILTIN, 0),
		HL_SIGIL("^", HL_ATTRIBUTE, 0),
	},
	.function_after = "def defmacro defmethod defmulti defn defn- defonce deftest",
	.type_after = "defprotocol defrecord deftype ns",
	.operators = "'`@",
	.word_bytes = LISP_WORD_BYTES,
	.starters = "(",
	.first_class = HL_FUNCTION,
	.flags = HL_SIGNED,
};

const struct hl_language hl_lisp = {
	.names = "lisp scheme commonlisp common-lisp cl elisp emacs-lisp emacs racket rkt"
		" scm guile fennel janet wat wasm webassembly",
	.keywords = "and assert begin block case cond data declare defclass defconst defconstant"
		" defcustom defgeneric define define-record-type define-syntax defmacro defmethod"
		" defpackage defparameter defstruct defun defvar destructuring-bind do dolist dotimes"
		" elem else eval-when export fn func funcall global handler-case if import in-package"
		" interactive labels lambda let let* letrec local local.get local.set loop macro memory"
		" module multiple-value-bind named-lambda or param progn provide quasiquote quote"
		" require result return set! setf setq start syntax-rules table type unless unquote"
		" use-modules use-package values when while",
	.types = "externref f32 f64 funcref i32 i64",
	.builtins = "#f #t false nil t true",
	.rules = {
		HL_NESTED_COMMENT("(;", ";)"), HL_LINE_COMMENT(";"), HL_NESTED_COMMENT("#|", "|#"),
		HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE), HL_SIGIL("#\\", HL_STRING, 0),
		HL_SIGIL(":", HL_BUILTIN, 0),
		HL_SIGIL("#:", HL_BUILTIN, 0), HL_SIGIL("$", HL_VARIABLE, 0),
	},
	.function_after = "defgeneric defmacro defmethod defun func",
	.type_after = "defclass defstruct",
	.operators = "'`,@",
	.word_bytes = LISP_WORD_BYTES,
	.starters = "(",
	.first_class = HL_FUNCTION,
	.flags = HL_SIGNED,
};

const struct hl_language hl_gleam = {
	.names = "gleam",
	.keywords = "as assert case const fn if import let opaque panic pub todo type use",
	.types = "Bool Float Int List Nil Result String",
	.builtins = "Error False None Ok Some True",
	.rules = {
		HL_LINE_COMMENT("//"), HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE),
		HL_SIGIL("@", HL_ATTRIBUTE, 0),
	},
	.function_after = "fn",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_nix = {
	.names = "nix nixos",
	.keywords = "assert else if in inherit let or rec then with",
	.builtins = "abort baseNameOf builtins derivation dirOf false fetchTarball import isNull map"
		" null removeAttrs throw toString true",
	.rules = {
		HL_LINE_COMMENT("#"), HL_BLOCK_COMMENT("/*", "*/"),
		HL_QUOTED_CODE("''", "${", HL_MULTILINE),
		HL_QUOTED_CODE("\"", "${", HL_ESCAPES | HL_MULTILINE), HL_ENCLOSED("<", ">", HL_STRING),
		HL_SIGIL("./", HL_STRING, HL_OPERAND | HL_DOTTED),
	},
	.operators = "+*/=<>!&|?@:",
	.word_bytes = "-'",
	.key_mark = "=",
	.key_class = HL_ATTRIBUTE,
};
