/* highlight_langs_shell.c: commands and the files that configure servers, builds and editors. */
#include "base/base.h"

#include "text/highlight_langs.h"

#define DOLLAR HL_SPECIAL("$", hl_form_dollar, HL_VARIABLE, 0)
#define OPTION HL_SIGIL("-", HL_ATTRIBUTE, HL_AFTER_BLANK)
#define SHELL_TABLE \
	.keywords = "case esac for function in select", \
	.builtins = "false true", \
	.first_words = "alias declare do done elif else env eval exec exit export fi if local nohup" \
		" readonly return set shift source sudo then time trap unset until while", \
	.rules = { \
		HL_HASH_COMMENT, HL_BETWEEN("$'", "'", HL_STRING, HL_ESCAPES | HL_MULTILINE), \
		HL_QUOTED_CODE("\"", "$(", HL_ESCAPES | HL_DOLLAR | HL_MULTILINE), \
		HL_QUOTED("'", HL_MULTILINE), \
		HL_SPECIAL("<<", hl_form_heredoc, HL_STRING, 0), DOLLAR, OPTION, \
	}, \
	.operators = "|&;<>=!", \
	.word_bytes = "-./+:@%,~*", \
	.starters = "\n|;&(!`", \
	.first_class = HL_FUNCTION, \
	.key_mark = "=", \
	.key_class = HL_VARIABLE, \
	.flags = HL_LOOSE | HL_CONTINUES | HL_KEY_CLOSE | HL_KEY_FIRST

const struct hl_language hl_bash = {
	.names = "bash sh shell zsh ksh dash fish ash shellscript shell-script bashrc zshrc posix",
	SHELL_TABLE,
	.scan = hl_scan_shell,
};

/* Without a look for prompts: a session of commands alone. */
const struct hl_language hl_shell_code = { .names = "", SHELL_TABLE };

const struct hl_language hl_console = {
	.names = "console terminal shell-session shellsession sh-session bash-session session"
		" term cmdline command-line cli",
	.scan = hl_scan_console,
};

const struct hl_language hl_powershell = {
	.names = "powershell pwsh ps1 ps posh psm1",
	.keywords = "begin break catch class continue data do dynamicparam else elseif end enum exit"
		" filter finally for foreach from function hidden if in param process return static"
		" switch throw trap try until using while",
	.rules = {
		HL_BLOCK_COMMENT("<#", "#>"), HL_HASH_COMMENT,
		HL_BETWEEN_CODE("@\"", "\n\"@", "$(", HL_DOLLAR | HL_MULTILINE),
		HL_BETWEEN("@'", "\n'@", HL_STRING, HL_MULTILINE),
		HL_QUOTED_CODE("\"", "$(", HL_DOLLAR | HL_MULTILINE),
		HL_QUOTED("'", HL_DOUBLED | HL_MULTILINE), DOLLAR, OPTION,
		HL_ENCLOSED("[", "]", HL_TYPE),
	},
	.function_after = "filter function",
	.type_after = "class enum",
	.operators = "|&;<>=!+*%?",
	.word_bytes = "-",
	.starters = "\n|;({&=",
	.first_class = HL_FUNCTION,
	.flags = HL_FOLD | HL_CALLS | HL_MEMBERS,
};

const struct hl_language hl_batch = {
	.names = "batch bat cmd dosbatch winbatch",
	.keywords = "call defined do else endlocal errorlevel exist exit for goto if in not pause set"
		" setlocal shift start",
	.builtins = "nul off on",
	.rules = {
		HL_LINE_COMMENT("::"), { .open = "rem ", .class = HL_COMMENT, .flags = HL_LINE_START },
		{ .open = "REM ", .class = HL_COMMENT, .flags = HL_LINE_START }, HL_QUOTED("\"", 0),
		HL_SIGIL(":", HL_FUNCTION, HL_LINE_START), HL_SIGIL("%%", HL_VARIABLE, 0),
		HL_ENCLOSED("%", "%", HL_VARIABLE),
		HL_SPECIAL("%", hl_form_dollar, HL_VARIABLE, 0),
	},
	.operators = "|&<>=@",
	.word_bytes = "-./\\",
	.starters = "\n|&(@",
	.first_class = HL_FUNCTION,
	.flags = HL_FOLD | HL_LOOSE,
};

const struct hl_language hl_dockerfile = {
	.names = "dockerfile docker containerfile",
	.keywords = "as",
	.first_words = "add arg cmd copy entrypoint env expose from healthcheck label maintainer onbuild"
		" run shell stopsignal user volume workdir",
	.rules = {
		HL_HASH_COMMENT, HL_QUOTED("\"", HL_ESCAPES | HL_DOLLAR), HL_QUOTED("'", 0),
		HL_SPECIAL("<<", hl_form_heredoc, HL_STRING, 0), DOLLAR, OPTION,
	},
	.operators = "|&;<>=",
	.word_bytes = "-./+:@%,~*",
	.starters = "\n",
	.flags = HL_FOLD | HL_LOOSE | HL_CONTINUES,
};

const struct hl_language hl_nginx = {
	.names = "nginx nginxconf nginx-conf",
	.builtins = "off on",
	.rules = {
		HL_HASH_COMMENT, HL_QUOTED("\"", HL_ESCAPES | HL_DOLLAR | HL_MULTILINE),
		HL_QUOTED("'", HL_DOLLAR | HL_MULTILINE),
		DOLLAR,
	},
	.operators = "~=!*^|",
	.word_bytes = "-./:@",
	.starters = "{};",
	.first_class = HL_KEYWORD,
	.flags = HL_LOOSE,
};

const struct hl_language hl_apache = {
	.names = "apache apacheconf htaccess lighttpd",
	.builtins = "Off On all denied granted none off on",
	.rules = {
		HL_HASH_COMMENT, HL_QUOTED("\"", HL_ESCAPES), HL_SIGIL("</", HL_TAG, HL_LINE_START),
		HL_SIGIL("<", HL_TAG, HL_LINE_START), HL_BETWEEN("%{", "}", HL_VARIABLE, 0), DOLLAR,
		HL_BETWEEN("[", "]", HL_ATTRIBUTE, HL_AFTER_BLANK | HL_CLOSED),
		HL_SPECIAL(">", hl_form_literal, HL_TAG, 0),
	},
	.operators = "=!^|",
	.word_bytes = "-./:",
	.starters = "\n",
	.first_class = HL_KEYWORD,
	.flags = HL_LOOSE | HL_CONTINUES,
};

const struct hl_language hl_caddyfile = {
	.names = "caddyfile caddy",
	.builtins = "off on",
	.rules = {
		HL_HASH_COMMENT, HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("`", HL_MULTILINE),
		HL_BETWEEN("{$", "}", HL_VARIABLE, 0),
		HL_SIGIL("@", HL_VARIABLE, 0),
	},
	.operators = "*",
	.word_bytes = "-./:",
	.starters = "\n",
	.first_class = HL_KEYWORD,
	.flags = HL_LOOSE,
};

const struct hl_language hl_makefile = {
	.names = "makefile make mk mak gnumakefile bsdmake",
	.scan = hl_scan_makefile,
};

#define AUTOMATIC(o) HL_SPECIAL(o, hl_form_literal, HL_VARIABLE, 0)

/* The lines of a makefile; a rule's target and a variable's name are found by hl_scan_makefile(). */
const struct hl_language hl_make_code = {
	.names = "",
	.first_words = "-include define else endef endif export ifdef ifeq ifndef ifneq include override"
		" undefine unexport vpath",
	.rules = {
		HL_HASH_COMMENT, HL_BETWEEN("$(", ")", HL_VARIABLE, 0), DOLLAR, AUTOMATIC("$<"),
		AUTOMATIC("$^"), AUTOMATIC("$*"),
		HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", 0), OPTION,
	},
	.operators = "|&;<>=:?!",
	.word_bytes = "-./+%,~*",
	.starters = "\n|;&@",
	.first_class = HL_FUNCTION,
	.flags = HL_LOOSE,
};

const struct hl_language hl_cmake = {
	.names = "cmake cmakelists",
	.keywords = "add_compile_options add_custom_command add_custom_target add_definitions"
		" add_executable add_library add_subdirectory add_test cmake_minimum_required else"
		" elseif enable_testing endforeach endfunction endif endmacro endwhile file find_library"
		" find_package find_path foreach function if include include_directories install"
		" link_directories list macro message option project return set set_target_properties"
		" string target_compile_definitions target_compile_options target_include_directories"
		" target_link_libraries target_sources unset while",
	.builtins = "and defined exists false interface matches not off on or private public required"
		" shared static strequal true version",
	.rules = {
		HL_BETWEEN("#[[", "]]", HL_COMMENT, HL_MULTILINE), HL_LINE_COMMENT("#"),
		HL_QUOTED("\"", HL_ESCAPES | HL_DOLLAR | HL_MULTILINE),
		DOLLAR,
	},
	.operators = "",
	.word_bytes = "-./",
	.flags = HL_FOLD | HL_CALLS | HL_LOOSE,
};

const struct hl_language hl_vim = {
	.names = "vim viml vimscript vimrc",
	.keywords = "abort augroup autocmd autogroup call catch cnoremap colorscheme command const"
		" continue echo echom else elseif endfor endfunction endif endtry endwhile execute"
		" filetype finally finish for function highlight if imap inoremap let map nmap nnoremap"
		" noremap normal onoremap return runtime set setlocal silent source syntax throw"
		" tnoremap try unlet vmap vnoremap while xnoremap",
	.builtins = "v:false v:null v:true",
	.rules = {
		{ .open = "\"", .class = HL_COMMENT, .flags = HL_LINE_START },
		HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_DOUBLED),
		HL_ENCLOSED("<", ">", HL_BUILTIN), HL_SIGIL("&", HL_VARIABLE, 0),
	},
	.function_after = "function function!",
	.operators = "=+*.<>!?&|~^",
	.word_bytes = ":#-",
	.flags = HL_CALLS,
};

const struct hl_language hl_asm = {
	.names = "asm assembly nasm gas x86asm armasm s riscv masm x86 arm llvm llvm-ir",
	.builtins = "ah al ax bh bl bp bx ch cl cx dh di dl dx eax ebp ebx ecx edi edx eip esi esp lr pc"
		" r0 r1 r10 r11 r12 r13 r14 r15 r2 r3 r4 r5 r6 r7 r8 r9 rax rbp rbx rcx rdi rdx rip rsi"
		" rsp si sp w0 w1 w2 x0 x1 x2 x29 x3 x30 x4 x5 x6 x7 x8 xmm0 xmm1 xmm2 xmm3 xzr zmm0",
	.types = "byte dword ptr qword word xmmword",
	.rules = {
		HL_LINE_COMMENT(";"), HL_LINE_COMMENT("//"), HL_LINE_COMMENT("# "),
		HL_BLOCK_COMMENT("/*", "*/"), HL_QUOTED("\"", HL_ESCAPES),
		HL_QUOTED("'", HL_ESCAPES), HL_SIGIL("%", HL_VARIABLE, 0),
		HL_SIGIL(".", HL_DIRECTIVE, HL_LINE_START),
	},
	.operators = "+-*#$",
	.word_bytes = ".@",
	.starters = "\n",
	.first_class = HL_KEYWORD,
	.key_mark = ":",
	.key_class = HL_FUNCTION,
	.flags = HL_FOLD | HL_KEY_CLOSE | HL_KEY_LINE,
};
