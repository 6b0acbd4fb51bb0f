/* highlight_langs_c.c: languages that look like C: braces, // and calls with parentheses. */
#include "base/base.h"

#include "text/highlight_langs.h"

#define NESTED_COMMENTS HL_LINE_COMMENT("//"), HL_NESTED_COMMENT("/*", "*/")
#define DIRECTIVE HL_SPECIAL("#", hl_form_directive, HL_DIRECTIVE, HL_LINE_START)
#define ANNOTATION HL_SIGIL("@", HL_ATTRIBUTE, HL_DOTTED | HL_APART)

const struct hl_language hl_c = {
	.names = "c h",
	.keywords = "_Alignas _Alignof _Atomic _Generic _Noreturn _Static_assert _Thread_local alignas"
		" alignof asm auto break case const constexpr continue default do else enum extern for"
		" goto if inline register restrict return sizeof static static_assert struct switch"
		" thread_local typedef typeof union volatile while",
	.types = "FILE _Bool _Complex bool char double float int long short signed size_t ssize_t"
		" unsigned void",
	.builtins = "EOF NULL errno false nullptr stderr stdin stdout true",
	.rules = {
		HL_C_COMMENTS, DIRECTIVE, HL_QUOTED("\"", HL_ESCAPES), HL_CHARACTER,
		HL_QUOTED("'", HL_ESCAPES),
	},
	.type_after = "enum struct union",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CONSTANTS | HL_T_TYPES,
};

const struct hl_language hl_cpp = {
	.names = "cpp c++ cc cxx hpp hh hxx arduino ino cuda cu",
	.keywords = "and and_eq bitand bitor catch class co_await co_return co_yield compl concept"
		" const_cast consteval constinit decltype delete dynamic_cast explicit export final"
		" friend import module mutable namespace new noexcept not not_eq operator or or_eq"
		" override private protected public reinterpret_cast requires static_cast template throw"
		" try typeid typename using virtual xor xor_eq",
	.types = "char16_t char32_t char8_t string string_view wchar_t",
	.builtins = "this",
	.rules = {
		HL_C_COMMENTS, DIRECTIVE, HL_SPECIAL("R\"", hl_form_raw_cpp, HL_STRING, 0),
		HL_QUOTED("\"", HL_ESCAPES),
		HL_CHARACTER, HL_BETWEEN("[[", "]]", HL_ATTRIBUTE, HL_OPERAND | HL_CLOSED),
	},
	.prefixes = "l u u8",
	.type_after = "class concept typename",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CONSTANTS | HL_T_TYPES | HL_TICKS,
	.parent = &hl_c,
};

const struct hl_language hl_objc = {
	.names = "objectivec objective-c objc obj-c objective-c++ objc++ mm",
	.keywords = "assign atomic copy in inout nonatomic oneway out readonly readwrite retain strong"
		" weak",
	.types = "BOOL Class IBAction IBOutlet NSInteger NSString NSUInteger SEL id instancetype",
	.builtins = "NO YES nil self super",
	.rules = {
		HL_C_COMMENTS, DIRECTIVE, HL_BETWEEN("@\"", "\"", HL_STRING, HL_ESCAPES),
		HL_SIGIL("@", HL_KEYWORD, 0),
		HL_QUOTED("\"", HL_ESCAPES), HL_CHARACTER,
	},
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CONSTANTS | HL_T_TYPES | HL_CAPITAL_TYPES | HL_CAPITAL_CALLS,
	.parent = &hl_c,
};

const struct hl_language hl_csharp = {
	.names = "csharp c# cs",
	.keywords = "abstract add alias and as ascending async await base break by case catch checked"
		" class const continue default delegate descending do else enum equals event explicit"
		" extern field file finally fixed for foreach from get global goto group if implicit in"
		" init interface internal into is join let lock namespace new not on operator or orderby"
		" out override params partial private protected public readonly record ref remove"
		" required return sealed select set sizeof stackalloc static struct switch throw try"
		" typeof unchecked unsafe using virtual volatile when where while with yield",
	.types = "bool byte char decimal double dynamic float int long nint nuint object sbyte short"
		" string uint ulong ushort var void",
	.builtins = "false null this true value",
	.rules = {
		HL_C_COMMENTS, DIRECTIVE, HL_BETWEEN("\"\"\"", "\"\"\"", HL_STRING, HL_MULTILINE),
		HL_BETWEEN("@\"", "\"", HL_STRING, HL_DOUBLED | HL_MULTILINE),
		HL_BETWEEN_CODE("$@\"", "\"", "{", HL_DOUBLED | HL_MULTILINE),
		HL_BETWEEN_CODE("@$\"", "\"", "{", HL_DOUBLED | HL_MULTILINE),
		HL_BETWEEN_CODE("$\"", "\"", "{", HL_ESCAPES),
		HL_QUOTED("\"", HL_ESCAPES), HL_CHARACTER,
	},
	.type_after = "as class enum interface is namespace new record struct",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CAPITAL_CALLS,
};

const struct hl_language hl_java = {
	.names = "java jsp",
	.keywords = "abstract assert break case catch class const continue default do else enum exports"
		" extends final finally for goto if implements import instanceof interface module native"
		" new non-sealed package permits private protected public record requires return sealed"
		" static strictfp super switch synchronized throw throws transient try volatile when"
		" while with yield",
	.types = "boolean byte char double float int long short var void",
	.builtins = "false null this true",
	.rules = {
		HL_C_COMMENTS, HL_QUOTED("\"\"\"", HL_ESCAPES | HL_MULTILINE), HL_QUOTED("\"", HL_ESCAPES),
		HL_CHARACTER,
		ANNOTATION,
	},
	.type_after = "class enum interface record",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CONSTANTS,
};

const struct hl_language hl_kotlin = {
	.names = "kotlin kt kts",
	.keywords = "abstract actual annotation as break by catch class companion const constructor"
		" continue crossinline data do dynamic else enum expect external final finally for fun"
		" get if import in infix init inline inner interface internal is lateinit noinline"
		" object open operator out override package private protected public reified return"
		" sealed set suspend tailrec throw try typealias val value var vararg when where while",
	.types = "Any Array Boolean Byte Char Double Float Int List Long Map Nothing Set Short String"
		" Unit",
	.builtins = "false it null super this true",
	.rules = {
		NESTED_COMMENTS, HL_QUOTED_CODE("\"\"\"", "${", HL_DOLLAR | HL_MULTILINE),
		HL_QUOTED_CODE("\"", "${", HL_DOLLAR | HL_ESCAPES), HL_CHARACTER, ANNOTATION,
	},
	.function_after = "fun",
	.type_after = "class interface object typealias",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CONSTANTS,
};

const struct hl_language hl_scala = {
	.names = "scala sbt sc",
	.keywords = "abstract case catch class def derives do else end enum export extends extension"
		" final finally for forSome given if implicit import infix inline lazy macro match new"
		" object opaque open override package private protected return sealed then throw trait"
		" transparent try type using val var while with yield",
	.types = "Any AnyRef AnyVal Boolean Byte Char Double Float Int Long Nothing Null Short String"
		" Unit",
	.builtins = "false null super this true",
	.rules = {
		NESTED_COMMENTS, HL_QUOTED_CODE("\"\"\"", "${", HL_DOLLAR | HL_MULTILINE),
		HL_QUOTED_CODE("\"", "${", HL_DOLLAR | HL_ESCAPES), HL_CHARACTER, ANNOTATION,
	},
	.prefixes = "f raw s",
	.function_after = "def",
	.type_after = "class enum object trait type",
	.operators = HL_OPERATORS ":",
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_groovy = {
	.names = "groovy gradle jenkinsfile",
	.keywords = "abstract as assert break case catch class continue def default do else enum extends"
		" final finally for if implements import in instanceof interface new package private"
		" protected public return static super switch throw throws trait try while",
	.types = "boolean byte char double float int long short var void",
	.builtins = "false it null this true",
	.rules = {
		HL_C_COMMENTS, HL_QUOTED_CODE("\"\"\"", "${", HL_DOLLAR | HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("'''", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED_CODE("\"", "${", HL_DOLLAR | HL_ESCAPES),
		HL_QUOTED("'", HL_ESCAPES), ANNOTATION,
	},
	.function_after = "def",
	.type_after = "class enum interface trait",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_go = {
	.names = "go golang",
	.keywords = "break case chan const continue default defer else fallthrough for func go goto if"
		" import interface map package range return select struct switch type var",
	.types = "any bool byte comparable complex128 complex64 error float32 float64 int int16 int32"
		" int64 int8 rune string uint uint16 uint32 uint64 uint8 uintptr",
	.builtins = "append cap clear close complex copy delete false imag iota len make max min new nil"
		" panic print println real recover true",
	.rules = {
		HL_C_COMMENTS, HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("`", HL_MULTILINE), HL_CHARACTER,
	},
	.function_after = "func",
	.type_after = "type",
	.operators = HL_OPERATORS ":",
	.flags = HL_CALLS | HL_MEMBERS,
};

const struct hl_language hl_rust = {
	.names = "rust rs rustlang",
	.keywords = "as async await break const continue crate do dyn else enum extern fn for gen if"
		" impl in let loop match mod move mut pub ref return static struct super trait type"
		" union unsafe use where while yield",
	.types = "bool char f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize",
	.builtins = "Err None Ok Self Some false self true",
	.rules = {
		NESTED_COMMENTS, HL_SPECIAL("#[", hl_form_brackets, HL_ATTRIBUTE, 0),
		HL_SPECIAL("#![", hl_form_brackets, HL_ATTRIBUTE, 0),
		HL_SPECIAL("r", hl_form_hashes, HL_STRING, 0),
		HL_SPECIAL("br", hl_form_hashes, HL_STRING, 0),
		HL_SPECIAL("cr", hl_form_hashes, HL_STRING, 0),
		HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE), HL_CHARACTER, HL_SIGIL("'", HL_VARIABLE, 0),
		HL_SIGIL("$", HL_VARIABLE, 0),
	},
	.prefixes = "b c",
	.function_after = "fn",
	.type_after = "enum struct trait type union",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES | HL_CONSTANTS | HL_MACROS,
};

const struct hl_language hl_zig = {
	.names = "zig",
	.keywords = "addrspace align allowzero and anyframe asm async await break callconv catch"
		" comptime const continue defer else enum errdefer error export extern fn for if inline"
		" linksection noalias noinline nosuspend opaque or orelse packed pub resume return"
		" struct suspend switch test threadlocal try union usingnamespace var volatile while",
	.types = "anyerror anyopaque anytype bool c_int c_long comptime_float comptime_int f16 f32 f64"
		" i16 i32 i64 i8 isize noreturn type u1 u16 u32 u64 u8 usize void",
	.builtins = "false null true undefined unreachable",
	.rules = {
		HL_LINE_COMMENT("//"), { .open = "\\\\", .class = HL_STRING },
		HL_QUOTED("\"", HL_ESCAPES), HL_CHARACTER,
		HL_SIGIL("@", HL_BUILTIN, 0),
	},
	.function_after = "fn",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_swift = {
	.names = "swift swiftui",
	.keywords = "Protocol actor any as associatedtype async await break case catch class consuming"
		" continue convenience default defer deinit didSet do dynamic else enum extension"
		" fallthrough fileprivate final for func get guard if import in indirect infix init"
		" inout internal is isolated lazy let macro mutating nonisolated nonmutating open"
		" operator optional override package postfix precedencegroup prefix private protocol"
		" public repeat required rethrows return set some static struct subscript switch throw"
		" throws try typealias unowned var weak where while willSet",
	.types = "Any Array Bool Character Dictionary Double Float Int Set String UInt Void",
	.builtins = "Self false nil self super true",
	.rules = {
		NESTED_COMMENTS, HL_QUOTED_CODE("\"\"\"", "\\(", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED_CODE("\"", "\\(", HL_ESCAPES), HL_SPECIAL("#", hl_form_hashes, HL_STRING, 0),
		HL_SIGIL("#", HL_DIRECTIVE, 0), HL_SIGIL("@", HL_ATTRIBUTE, 0),
		HL_SPECIAL("$", hl_form_dollar, HL_VARIABLE, 0),
	},
	.function_after = "func macro",
	.type_after = "actor class enum extension protocol struct typealias",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_dart = {
	.names = "dart flutter",
	.keywords = "abstract as assert async await base break case catch class const continue covariant"
		" default deferred do else enum export extends extension external factory final finally"
		" for get hide if implements import in interface is late library mixin new on operator"
		" part required rethrow return sealed set show static super switch sync throw try"
		" typedef var when while with yield",
	.types = "Future List Map Never Object Set Stream String bool double dynamic int num void",
	.builtins = "false null this true",
	.rules = {
		NESTED_COMMENTS, HL_QUOTED_CODE("'''", "${", HL_DOLLAR | HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED_CODE("\"\"\"", "${", HL_DOLLAR | HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED_CODE("'", "${", HL_DOLLAR | HL_ESCAPES),
		HL_QUOTED_CODE("\"", "${", HL_DOLLAR | HL_ESCAPES), ANNOTATION,
	},
	.prefixes = "r",
	.type_after = "class enum extension mixin",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_solidity = {
	.names = "solidity sol",
	.keywords = "abstract anonymous as assembly break calldata case catch constant constructor"
		" continue contract default delete do else emit enum error event external fallback final"
		" for function if immutable import indexed interface internal is library mapping memory"
		" modifier new override payable pragma private public pure receive return returns revert"
		" storage struct super switch throw try type unchecked using view virtual while",
	.types = "address bool byte bytes bytes32 fixed int int256 string ufixed uint uint128 uint256"
		" uint32 uint64 uint8 var",
	.builtins = "assert block ether false gwei keccak256 msg require this true tx wei",
	.rules = { HL_C_COMMENTS, HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_ESCAPES) },
	.function_after = "function modifier",
	.type_after = "contract enum interface library struct",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_glsl = {
	.names = "glsl hlsl wgsl shader vert frag metal",
	.keywords = "attribute break buffer case cbuffer const continue default discard do else enable"
		" flat fn for if in inout layout let loop out override private return smooth static"
		" storage struct switch uniform using var varying while workgroup",
	.types = "array atomic bool double f16 f32 float float2 float3 float4 float4x4 half i32 int"
		" ivec2 ivec3 ivec4 mat2 mat3 mat4 mat4x4 ptr sampler sampler2D samplerCube texture_2d"
		" u32 uint uvec2 uvec3 uvec4 vec2 vec2f vec3 vec3f vec4 vec4f void",
	.builtins = "false gl_FragColor gl_FragCoord gl_Position true",
	.rules = { HL_C_COMMENTS, DIRECTIVE, HL_QUOTED("\"", HL_ESCAPES), HL_SIGIL("@", HL_ATTRIBUTE, 0) },
	.function_after = "fn",
	.type_after = "struct",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CONSTANTS,
};

const struct hl_language hl_d = {
	.names = "d dlang",
	.keywords = "abstract alias align asm assert auto body break case cast catch class const"
		" continue debug default delegate delete deprecated do else enum export extern final"
		" finally for foreach foreach_reverse function goto if immutable import in inout"
		" interface invariant is lazy mixin module new nothrow out override package pragma"
		" private protected public pure ref return scope shared static struct super switch"
		" synchronized template throw try typeid typeof union unittest version while with",
	.types = "bool byte cfloat char dchar double dstring float int long real short size_t string"
		" ubyte uint ulong ushort void wchar wstring",
	.builtins = "__FILE__ __LINE__ false null this true",
	.rules = {
		HL_C_COMMENTS, HL_NESTED_COMMENT("/+", "+/"), HL_QUOTED("\"", HL_ESCAPES | HL_MULTILINE),
		HL_QUOTED("`", HL_MULTILINE),
		HL_CHARACTER, HL_SIGIL("@", HL_ATTRIBUTE, 0),
	},
	.type_after = "class enum interface struct union",
	.operators = HL_OPERATORS,
	.flags = HL_CALLS | HL_MEMBERS | HL_CAPITAL_TYPES,
};

const struct hl_language hl_protobuf = {
	.names = "protobuf proto proto3",
	.keywords = "edition enum extend extensions group import map max message oneof option optional"
		" package public repeated required reserved returns rpc service stream syntax to weak",
	.types = "bool bytes double fixed32 fixed64 float int32 int64 sfixed32 sfixed64 sint32 sint64"
		" string uint32 uint64",
	.builtins = "false true",
	.rules = { HL_C_COMMENTS, HL_QUOTED("\"", HL_ESCAPES), HL_QUOTED("'", HL_ESCAPES) },
	.function_after = "rpc",
	.type_after = "enum message service",
	.operators = "=",
	.flags = HL_MEMBERS | HL_CONSTANTS | HL_CAPITAL_TYPES,
};
