/* text_highlight_samples.h: one snippet of each language with the spans that it must get: ‹k word› is
 * <span class="k">word</span>. */
#ifndef PLATEN_TESTS_TEXT_HIGHLIGHT_SAMPLES_H
#define PLATEN_TESTS_TEXT_HIGHLIGHT_SAMPLES_H

static const struct sample { const char *language, *marked; } samples[] = {
	{ "c",
		"‹p #include› ‹s <stdio.h>›\n"
		"‹p #define› ‹b LIMIT› ‹n 16›\n"
		"‹c /* two›\n"
		"‹c  * lines */›\n"
		"‹k static› ‹t int› ‹f count›(‹k const struct› ‹t list› ‹o *›l, ‹t size_t› n)\n"
		"{\n"
		"\t‹k for› (‹t uint32_t› i ‹o =› ‹n 0x1F›; i ‹o <› n; i‹o ++›) ‹c // to the end›\n"
		"\t\t‹f printf›(‹s \"%d›‹e \\t›‹s '%c'›‹e \\n›‹s \"›, l‹o ->›item, ‹s '›‹e \\'›‹s '›);\n"
		"\t‹k return› ‹b NULL›;\n"
		"}\n"
	},
	{ "cpp",
		"‹k template› ‹o <›‹k typename› ‹t T›‹o >› ‹k class› ‹t Box› ‹k final› : ‹k public› Base {\n"
		"\t‹a [[nodiscard]]› ‹k auto› ‹f get›() ‹k const noexcept› ‹o ->› std::‹t string› { ‹k return› ‹s R\"x(a \"b\" )\")x\"›; }\n"
		"\t‹t long› big ‹o =› ‹n 1'000'000›; ‹t char› c ‹o =› ‹s 'x'›;\n"
		"};\n"
	},
	{ "objectivec",
		"‹k @interface› ‹t Post› : ‹t NSObject›\n"
		"‹k @property› (‹k nonatomic›, ‹k copy›) ‹t NSString› ‹o *›title;\n"
		"‹k @end›\n"
		"‹f NSLog›(‹s @\"hello %@\"›, ‹b self›.title);\n"
	},
	{ "csharp",
		"‹p #region› demo\n"
		"[‹t Serializable›]\n"
		"‹k public class› ‹t Post› : ‹t IPost› {\n"
		"\t‹k public› ‹t string Title› { ‹k get›; ‹k set›; } ‹o =› ‹s $\"›‹e {{{›‹t Name›‹e }›‹s }} of ›‹e {›‹f Count›() ‹o +› ‹n 1›‹e }\\n›‹s \"›;\n"
		"\t‹t var› path ‹o =› ‹s @\"c:\\temp ›‹e \"\"›‹s x›‹e \"\"›‹s \"›;\n"
		"\t‹t void› ‹f Run›() ‹o =>› ‹t Console›.‹f WriteLine›(‹k new› ‹t Post›(‹n 1.5m›));\n"
		"}\n"
	},
	{ "java",
		"‹k package› org.example;\n"
		"‹a @Override›\n"
		"‹k public final class› ‹t Main› ‹k extends› ‹t Base› {\n"
		"\t‹k private static final› ‹t int› ‹b MAX› ‹o =› ‹n 10_000›;\n"
		"\t‹t String› text ‹o =› ‹s \"\"\"›\n"
		"‹s \t\ttwo \"lines\"›\n"
		"‹s \t\t\"\"\"›;\n"
		"\t‹t void› ‹f run›() { ‹t System›.out.‹f println›(‹s 'a'› ‹o +› ‹k new› ‹t Post›().name); }\n"
		"}\n"
	},
	{ "kotlin",
		"‹k data class› ‹t Post›(‹k val› id: ‹t Long›, ‹k var› title: ‹t String›‹o ?›)\n"
		"‹k fun› ‹f main›() ‹o =› ‹f println›(‹s \"Hi ›‹e ${›names.map { ‹b it›.title }‹e }›‹s  and ›‹v $name›‹s !\"›) ‹c /* a /* b */ c */›\n"
	},
	{ "scala",
		"‹k object› ‹t Main› ‹k extends› ‹t App› {\n"
		"  ‹k def› ‹f twice›(x‹o :› ‹t Int›)‹o :› ‹t Int› ‹o =› x ‹o *› ‹n 2›\n"
		"  ‹f println›(‹s s\"sum ›‹e ${›‹f twice›(‹n 2›)‹e }› ‹v $x›‹s \"›)\n"
		"}\n"
	},
	{ "groovy",
		"‹k def› ‹f list› ‹o =› [‹s 'a'›, ‹s \"b ›‹e ${›‹n 1› ‹o +› ‹n 1›‹e }›‹s \"›]\n"
		"task ‹f build›(type: ‹t Copy›) { println ‹b it› }\n"
	},
	{ "go",
		"‹k package› main\n"
		"\n"
		"‹k func› (s ‹o *›Server) ‹f Serve›(ctx context.Context) ‹t error› {\n"
		"\t‹k if› err ‹o :=› s.‹f run›(‹s `raw \\n`›, ‹s 'x'›, ‹n 1e9›); err ‹o !=› ‹b nil› {\n"
		"\t\t‹k return› fmt.‹f Errorf›(‹s \"no: %w›‹e \\n›‹s \"›, err)\n"
		"\t}\n"
		"\t‹k type› ‹t Post› ‹k struct›{ ID ‹t int64› }\n"
		"}\n"
	},
	{ "rust",
		"‹a #[derive(Debug, Clone)]›\n"
		"‹k pub struct› ‹t Post›‹o <›‹v 'a›‹o >› { id: ‹t u64›, title: ‹o &›‹v 'a› ‹t str› }\n"
		"‹k impl›‹o <›‹v 'a›‹o >› ‹t Post›‹o <›‹v 'a›‹o >› {\n"
		"\t‹c /// A doc›\n"
		"\t‹k fn› ‹f new›(title: ‹o &›‹v 'a› ‹t str›) ‹o ->› ‹t Option›‹o <›‹b Self›‹o >› {\n"
		"\t\t‹p println!›(‹s \"{} {:?}›‹e \\n›‹s \"›, title, ‹s r#\"raw \"x\"\"#›);\n"
		"\t\t‹k let› c ‹o =› ‹s '›‹e \\u{1F600}›‹s '›; ‹k let› r ‹o =› ‹n 0›..‹n 10u8›;\n"
		"\t\t‹k if› title.‹f match_indices›(‹s b\"x\"›).‹f count›() ‹o !=› ‹b MAX› { ‹k return› ‹b None›; }\n"
		"\t\t‹b Some›(‹b Self› { id: ‹n 1_000›, title })\n"
		"\t}\n"
		"}\n"
	},
	{ "zig",
		"‹k const› std ‹o =› ‹b @import›(‹s \"std\"›);\n"
		"‹k pub fn› ‹f main›() ‹o !›‹t void› {\n"
		"    ‹k const› x: ‹o ?›‹t u8› ‹o =› ‹b null›; ‹c // none›\n"
		"}\n"
	},
	{ "swift",
		"‹a @main› ‹k struct› ‹t App›: ‹t View› {\n"
		"\t‹p #if› ‹t DEBUG›\n"
		"\t‹k let› text ‹o =› ‹s \"a ›‹e \\(›names.count ‹o +› ‹n 1›‹e )›‹s  b\"›, raw ‹o =› ‹s #\"a \\n \"b\"\"#›\n"
		"\t‹k func› ‹f body›() ‹o ->› ‹k some› ‹t View› { ‹t Text›(text) }\n"
		"}\n"
	},
	{ "dart",
		"‹a @override›\n"
		"‹t Widget› ‹f build›(‹t BuildContext› context) ‹o =>› ‹t Text›(‹s 'Hi ›‹e ${›user.name‹e }› ‹v $count›‹s '›);\n"
	},
	{ "solidity",
		"‹k contract› ‹t Coin› { ‹k mapping›(‹t address› ‹o =>› ‹t uint›) ‹k public› balances; ‹k function› ‹f mint›() ‹k public› { ‹b require›(‹b msg›.sender ‹o ==› owner, ‹s \"no\"›); } }\n"
	},
	{ "glsl",
		"‹p #version› ‹n 330› core\n"
		"‹k uniform› ‹t vec4› tint;\n"
		"‹t void› ‹f main›() { ‹b gl_FragColor› ‹o =› ‹f mix›(tint, ‹t vec4›(‹n 1.0›), ‹n 0.5›); }\n"
	},
	{ "d",
		"‹k import› std.stdio; ‹c /+ a /+ b +/ +/›\n"
		"‹t void› ‹f main›() { ‹f writeln›(‹s \"hi\"›.length); }\n"
	},
	{ "protobuf",
		"‹k syntax› ‹o =› ‹s \"proto3\"›;\n"
		"‹k message› ‹t Post› { ‹k repeated› ‹t string› tags ‹o =› ‹n 1›; }\n"
		"‹k service› ‹t Blog› { ‹k rpc› ‹f Get› (‹t Id›) ‹k returns› (‹t Post›); }\n"
	},
	{ "javascript",
		"‹k import› { a } ‹k from› ‹s './a.js'›;\n"
		"‹k const› re ‹o =› ‹s /[/\"]+\\/x/gi›, half ‹o =› n ‹o /› ‹n 2› ‹o /› m;\n"
		"‹k class› ‹t Post› ‹k extends› ‹t Base› { #id ‹o =› ‹n 1n›; ‹k async get›() { ‹k return› ‹s `Hi ›‹e ${›‹s `in ›‹e ${›b‹e }›‹s `›‹e }› ‹e \\u{41}›‹s `›; } }\n"
		"‹k const› ‹t App› ‹o =› () ‹o =>› ‹g <Box› ‹a size›‹o =›{‹n 1› ‹o +› ‹n 2›} ‹a name›‹o =›‹s \"x\"›‹g >›Don't {count} ‹g <br/></Box>›;\n"
		"‹k if› (a ‹o <› b) ‹b console›.‹f log›(obj.default, ‹n 0xFF›, ‹b null›);\n"
	},
	{ "typescript",
		"‹a @Component›({ selector: ‹s 'app'› })\n"
		"‹k export class› ‹t Post›‹o <›‹t T›‹o >› ‹k implements› ‹t Base› { ‹k private readonly› id‹o ?›: ‹t number›; ‹k get›(x: ‹t string›): ‹t Promise›‹o <›‹t T›‹o >› { ‹k return› ‹o <›‹t any›‹o >›x; } }\n"
		"‹k type› ‹t Id› ‹o =› ‹t string› ‹o |› ‹b undefined›;\n"
	},
	{ "tsx",
		"‹k export const› ‹t App› ‹o =› (p: ‹t Props›): ‹b JSX›.‹t Element› ‹o =>› ‹g <>›{p.items.‹f map›((i) ‹o =>› ‹g <li› ‹a key›‹o =›{i}‹g >›for {i}‹g </li>›)}‹g </>›;\n"
	},
	{ "python",
		"‹a @app.route›(‹s \"/\"›)\n"
		"‹k async def› ‹f home›(name: ‹t str› ‹o =› ‹b None›) ‹o ->› ‹t dict›:\n"
		"    ‹s \"\"\"Doc›\n"
		"‹s     string.\"\"\"›\n"
		"    x ‹o =› ‹s f\"›‹e {›name‹o !›r:‹o >›‹n 10›‹e }› ‹e {{›‹s x}} ›‹e {›d[‹s 'a'›]‹e }›‹s \"› ‹o +› ‹s r'\\d'› ‹o +› ‹s b\"›‹e \\x00›‹s \"›  ‹c # note›\n"
		"    ‹k return› [‹t int›(i) ‹k for› i ‹k in› ‹b range›(‹n 10›) ‹k if› i ‹k is not› ‹b True›]\n"
		"\n"
		"‹k class› ‹t Post›(‹t Model›): ‹b LIMIT› ‹o =› ‹n 1_000.5e-3›\n"
	},
	{ "ruby",
		"‹c # note›\n"
		"‹k class› ‹t Post› ‹o <› ‹t ApplicationRecord›\n"
		"  ‹b attr_reader :title›, ‹s 'x'›\n"
		"  ‹k def› ‹b self›.‹f find›(id, ‹b limit›: ‹n 10›) ‹o =› ‹v @cache›[id] ‹o ||=› ‹f where›(‹b id›: id).first!\n"
		"  ‹b puts› ‹s \"Hi ›‹e #{›name.map { ‹o |›n‹o |› ‹s \"<›‹e #{›n‹e }›‹s >\"› }‹e }›‹s \"› ‹k if› x ‹o =~› ‹s /a\\/b/› ‹o &&› ‹v $stdout›\n"
		"  list ‹o =› ‹s %w[a b]› ‹o +› [‹n 1› ‹o %› ‹n 2›]\n"
		"  text ‹o = <<~›‹s END›\n"
		"‹s     two ›‹e #{›lines‹e }›\n"
		"‹s   END›\n"
		"  ‹b nil›.empty? ‹o ?› ‹t A›::‹t B› : [‹n 1›]\n"
		"‹k end›\n"
	},
	{ "perl",
		"‹k use› ‹b strict›; ‹k my› ‹v @list› ‹o =› ‹s qw(a b)›; ‹c # note›\n"
		"‹k sub› ‹f hello› { ‹k my› (‹v $name›) ‹o =› ‹v @_›; ‹v $name› ‹o =~› ‹s s/a\\/b/c/›g; ‹b print› ‹s \"Hi ›‹v $name›‹s {x}›‹e \\n›‹s \"› ‹k if› ‹s m{x}›; }\n"
	},
	{ "php",
		"‹p <?php›\n"
		"‹c // note›\n"
		"‹k namespace› ‹t App›;\n"
		"‹k final class› ‹t Post› ‹k extends› ‹t Model› {\n"
		"\t‹k public function› ‹f title›(‹o ?›‹t string› ‹v $x› ‹o =› ‹b null›): ‹t string› { ‹k return› ‹s \"Hi ›‹e {›‹v $this›‹o ->›name‹e }› ‹v $x›‹e \\n›‹s \"› ‹o .› ‹s 'it\\'s'› ‹o .› ‹b PHP_EOL›; }\n"
		"\t‹a #[Attr(1)]›\n"
		"\t‹v $html› ‹o = <<<›‹s HTML›\n"
		"‹s \t  <b>›‹v $x›‹s </b>›\n"
		"‹s \tHTML›;\n"
		"}\n"
		"‹p ?>›\n"
		"‹g <p› ‹a class›‹o =›‹s \"x\"›‹g >›‹p <?=› ‹v $post›‹o ->›title ‹p ?>›‹g </p>›\n"
	},
	{ "lua",
		"‹c --[[ two›\n"
		"‹c lines ]]› ‹k local› t ‹o =› { [‹n 1›] ‹o =› ‹s \"a›‹e \\n›‹s \"› } ‹c -- note›\n"
		"‹k function› ‹f t›.‹f run›(x) ‹k return› ‹o #›x .. ‹s [==[ raw ]] ]==]› ‹k end›\n"
	},
	{ "r",
		"data ‹o <-› ‹f read.csv›(‹s \"a.csv\"›) ‹o %>%› ‹f filter›(x ‹o >› ‹n 1L›, ‹o !›‹f is.na›(y)) ‹c # note›\n"
	},
	{ "julia",
		"‹k function› ‹f area›(r::‹t Float64›)\n"
		"    ‹p @info› ‹s \"r is ›‹v $r›‹s  and ›‹e $(›r‹o ^›‹n 2›‹e )›‹s \"› ‹c # note›\n"
		"    ‹k return› ‹b pi› ‹o *› r‹o ^›‹n 2›, ‹b :sym›, ‹s 'c'›\n"
		"‹k end›\n"
	},
	{ "nim",
		"‹k proc› ‹f hello›(name: ‹t string›): ‹t int› ‹a {.inline.}› ‹o =› ‹b echo› ‹s fmt\"hi {name}\"›\n"
	},
	{ "gdscript",
		"‹k extends› ‹t Node2D›\n"
		"‹a @export› ‹k var› speed :‹o =› ‹n 10.5›\n"
		"‹k func› ‹f _ready›(): ‹v $Label›.text ‹o =› ‹s \"x\"› ‹c # note›\n"
	},
	{ "matlab",
		"‹c % note›\n"
		"‹k function› y ‹o =› ‹f twice›(x)\n"
		"y ‹o =› x‹o ' *› [‹n 1 2›] ‹o +› ‹b zeros›(‹n 2›, ‹s 'int8'›);\n"
	},
	{ "awk",
		"‹k BEGIN› { ‹b FS› ‹o =› ‹s \":\"› } ‹v $1› ‹o ~› ‹s /ro+t/› { n‹o ++›; ‹k print› ‹v $NF› } ‹c # note›\n"
	},
	{ "coffeescript",
		"square ‹o =› (x) ‹o ->› x ‹o *› x ‹c # note›\n"
		"list ‹o =› ‹a a›: ‹n 1›, ‹a b›: ‹s \"›‹e #{›square ‹n 2›‹e }›‹s \"›\n"
	},
	{ "haskell",
		"‹p {-# LANGUAGE GADTs #-}›\n"
		"‹k module› ‹t Main› (main) ‹k where›\n"
		"‹c -- note›\n"
		"‹f main› ‹o ::› ‹t IO› ()\n"
		"main ‹o =› mapM_ (‹o \\›x' ‹o ->› putStrLn ‹o $› show x' ‹o ++› ‹s \"›‹e \\n›‹s \"›) [‹n 1› ‹o ..›] ‹o >>= \\›_ ‹o ->› pure ‹b Nothing›\n"
	},
	{ "elm",
		"‹f view› ‹o :› ‹t Model› ‹o ->› ‹t Html Msg›\n"
		"view model ‹o =› div [] [ text (‹s \"x\"› ‹o ++› ‹s 'c'›) ] ‹c -- note›\n"
	},
	{ "ocaml",
		"‹c (* note (* in *) *)›\n"
		"‹k let rec› f (x ‹o :› ‹t 'a list›) ‹o =› ‹k match› x ‹k with› [] ‹o ->› ‹b None› ‹o |› h ‹o ::› _ ‹o ->› ‹b Some› (h ‹o ^› ‹s \"a\"› ‹o ^› ‹s 'c'›)\n"
	},
	{ "fsharp",
		"‹a [<EntryPoint>]›\n"
		"‹k let› main args ‹o =› ‹c // note›\n"
		"  ‹b printfn› ‹s \"%d\"› (‹t List›.sum [‹n 1›..‹n 10›]); ‹s $\"›‹e {›‹n 1› ‹o +› ‹n 1›‹e }›‹s \"› ‹o |>› ignore\n"
	},
	{ "erlang",
		"‹p -module›(blog).\n"
		"‹f start›(‹v Name›) ‹o ->› io‹o :›‹f format›(‹s \"~s~n\"›, [‹v Name›]), {‹b ok›, ‹p ?MAX›}. ‹c % note›\n"
	},
	{ "elixir",
		"‹k defmodule› ‹t Blog›.‹t Post› ‹k do›\n"
		"  ‹a @moduledoc› ‹s \"A ›‹e #{›‹b :post›‹e }›‹s \"›\n"
		"  ‹k def› ‹f title›(‹o %›{‹b name›: n} ‹o =› post), ‹b do›: n ‹o |>› ‹t String›.‹f trim›() ‹o |>› valid?\n"
		"  ‹s ~r/a+/› ‹c # note›\n"
		"‹k end›\n"
	},
	{ "clojure",
		"(‹k ns› ‹t blog.core›)\n"
		"(‹k defn› ‹f hello› [name] (‹f str› ‹s \"Hi \"› name ‹b :key› ‹o '›sym ‹s #\"re\\d\"›)) ‹c ; note›\n"
	},
	{ "lisp",
		"(‹k defun› ‹f fact› (‹f n›) (‹k if› (‹f <=› n ‹n 1›) ‹n 1› (‹f *› n (‹f fact› (‹f -› n ‹n 1›))))) ‹c ; note›\n"
	},
	{ "gleam",
		"‹k pub fn› ‹f main›() { io.‹f println›(‹s \"hi\"›) } ‹c // note›\n"
	},
	{ "nix",
		"{ pkgs ‹o ?› ‹b import› ‹s <nixpkgs>› { } }‹o :› ‹c # note›\n"
		"pkgs.mkShell { ‹a buildInputs› ‹o =› [ pkgs.git ]; ‹a text› ‹o =› ‹s ''two ›‹e ${›x‹e }›‹s  lines''›; }\n"
	},
	{ "bash",
		"‹c #!/bin/sh›\n"
		"‹c # note›\n"
		"‹v NAME›‹o =›‹s \"x ›‹v $HOME› ‹v ${1:-y}› ‹e $(›‹f id› ‹a -u›‹e )›‹s \"› ‹f make› ‹a -j4 --dry-run› all ‹c # note›\n"
		"‹k if› [ ‹a -f› ‹s \"›‹v $f›‹s \"› ] ‹o &&› ‹f grep› ‹a -q› ‹s 'a b'› file.txt‹o ;› ‹k then›\n"
		"\t‹f cat› ‹o <<›‹s EOF› ‹o >›out\n"
		"‹s Hi ›‹v $USER›\n"
		"‹s EOF›\n"
		"‹k fi› ‹o |› ‹f tee› ‹n 2›‹o >›/dev/null\n"
		"‹k sudo› ‹f apt-get› install \\\n"
		"\tcurl\n"
		"‹k for› f ‹k in› *.md‹o ;› ‹k do› ‹f echo› ‹s \"›‹v $f›‹s \"›‹o ;› ‹k done›\n"
	},
	{ "console",
		"‹p $› ‹f cargo› build ‹a --release›\n"
		"   Compiling x v1.0 (for me)\n"
		"‹c # a note›\n"
		"‹p user@host:~$› ‹f cd› ‹s \"a b\"› \\\n"
		"  ‹o &&› ‹f ls›\n"
	},
	{ "powershell",
		"‹c # note›\n"
		"‹f Get-ChildItem› ‹a -Path› ‹v $env:HOME› ‹o |› ‹f Where-Object› { ‹v $_›.Length ‹a -gt› ‹n 10› } ‹o |› ‹f ForEach-Object› { ‹s \"Hi ›‹e $(›‹v $_›.Name‹e )›‹s \"› }\n"
		"‹k function› ‹f Get-It›(‹t [string]›‹v $Name›) { ‹k return› ‹v $true› }\n"
	},
	{ "batch",
		"‹o @›‹f echo› ‹b off›\n"
		"‹c rem note›\n"
		"‹k set› NAME‹o =›‹v %1›\n"
		"‹k if exist› ‹s \"a b\"› ‹k goto› end\n"
		"‹f :end›\n"
	},
	{ "dockerfile",
		"‹c # note›\n"
		"‹k FROM› golang:1.22 ‹k AS› build\n"
		"‹k RUN› apt-get update ‹o &&› \\\n"
		"    apt-get install ‹a -y› git\n"
		"‹k ENV› PATH‹o =›‹s \"/x:›‹v $PATH›‹s \"› A‹o =›‹n 1›\n"
		"‹k COPY› ‹a --from›‹o =›build /a /b\n"
	},
	{ "nginx",
		"‹k server› { ‹c # note›\n"
		"\t‹k listen› ‹n 443› ssl;\n"
		"\t‹k location› ‹o ~› \\.php$ { ‹k fastcgi_pass› unix:/run/x.sock; ‹k add_header› X ‹s \"a ›‹v $host›‹s \"› always; }\n"
		"\t‹k gzip› ‹b on›;\n"
		"}\n"
	},
	{ "apache",
		"‹c # note›\n"
		"‹g <Directory› ‹s \"/var/www\"›‹g >›\n"
		"  ‹k RewriteRule› ‹o ^›a$ ‹v %{HTTP_HOST}› ‹a [L]›\n"
		"  ‹k Require› ‹b all granted›\n"
		"‹g </Directory>›\n"
	},
	{ "caddyfile",
		"‹c # note›\n"
		"‹k example.com› {\n"
		"\t‹k root› ‹o *› /srv\n"
		"\t‹k file_server›\n"
		"}\n"
	},
	{ "makefile",
		"‹c # note›\n"
		"‹v CFLAGS› ‹o ?=› ‹a -O2› ‹v $(EXTRA)›\n"
		"‹k include› common.mk\n"
		"‹f all›‹o :› main.o ‹v $(OBJ)›\n"
		"\t@‹v $(CC)› ‹a -o› ‹v $@ $<› ‹s \"x\"› ‹o &&› ‹f echo› done\n"
		"‹f .PHONY›‹o :› all\n"
	},
	{ "cmake",
		"‹k cmake_minimum_required›(‹b VERSION› ‹n 3.20›) ‹c # note›\n"
		"‹k target_link_libraries›(app ‹b PRIVATE› ‹v ${LIBS}› ‹s \"x y\"›)\n"
	},
	{ "vim",
		"‹c \" note›\n"
		"‹k set› number\n"
		"‹k let› g:x ‹o =› ‹s 'it›‹e ''›‹s s'›\n"
		"‹k nnoremap› ‹b <leader>›w :w‹b <CR>›\n"
		"‹k function›‹o !› ‹f Hello›() ‹k abort›\n"
	},
	{ "asm",
		"‹k section› .text ‹c ; note›\n"
		"‹f main›:\n"
		"\t‹k mov› ‹b rax›, ‹n 0x3c›\n"
		"\t‹k lea› ‹b rdi›, [rel msg]\n"
		"\t‹k jmp› .done\n"
	},
	{ "json",
		"{ ‹a \"a\"›: [‹n 1›, ‹n -2.5e3›, ‹b true›, ‹b null›], ‹a \"b›‹e \\n›‹a \"›: ‹s \"c›‹e \\u0041›‹s \"›, ‹a \"d\"› : {} }\n"
	},
	{ "toml",
		"‹c # note›\n"
		"‹h [package]›\n"
		"‹a name› ‹o =› ‹s \"x›‹e \\n›‹s \"› ‹c # note›\n"
		"‹a date› ‹o =› ‹n 2024-01-31T10:00:00Z›\n"
		"‹s \"a b\"›‹a .c› ‹o =› [‹n 1›, ‹n -2›, ‹s 'raw'›, ‹b true›]\n"
		"‹h [[bin]]›\n"
		"‹a rows› ‹o =› [\n"
		"  [‹n 1›, ‹n 2›],\n"
		"]\n"
	},
	{ "yaml",
		"‹p %YAML 1.2›\n"
		"‹p ---›\n"
		"‹c # note›\n"
		"‹a title›: ‹s \"a: b›‹e \\n›‹s \"› ‹c # note›\n"
		"‹a on›: [‹s push›, ‹s \"x\"›, ‹n 1›]\n"
		"‹a steps›:\n"
		"  ‹o -› ‹a name›: ‹s Run it› ‹c # note›\n"
		"    ‹a run›: ‹o |›\n"
		"‹s       make # no note›\n"
		"‹s       make test›\n"
		"\n"
		"  ‹o -› ‹v &id› ‹a uses›: ‹s actions/checkout@v4›\n"
		"    ‹a with›: { ‹a depth›: ‹n 1›, ‹a ok›: ‹b true› }\n"
		"    ‹a when›: ‹n 2024-01-31›\n"
		"‹p ...›\n"
	},
	{ "ini",
		"‹c ; note›\n"
		"‹h [section one]›\n"
		"‹a key› ‹o =› ‹s some value›\n"
		"‹a n›‹o =›‹n 10›\n"
		"‹a on›‹o :› ‹b true›\n"
	},
	{ "http",
		"‹k POST› ‹s /api/posts› ‹p HTTP/1.1›\n"
		"‹a Content-Type›: application/json\n"
		"\n"
		"{ ‹a \"a\"›: ‹n 1› }\n"
	},
	{ "graphql",
		"‹k query› ‹f Posts›(‹v $n›: ‹t Int›‹o !›) { posts(‹a first›: ‹v $n›) ‹a @include›(‹a if›: ‹b true›) { title } } ‹c # note›\n"
	},
	{ "hcl",
		"‹k resource› ‹s \"aws_instance\" \"web\"› { ‹c # note›\n"
		"  ‹a ami›   ‹o =› ‹s \"›‹e ${›var.ami‹e }›‹s -x\"›\n"
		"  ‹a count› ‹o =› ‹f length›(var.list)\n"
		"}\n"
	},
	{ "sql",
		"‹k SELECT› p.id, ‹f count›(‹o *›) ‹k AS› ‹v \"n\"› ‹k FROM› posts p ‹c -- note›\n"
		"‹k WHERE› p.title ‹k LIKE› ‹s 'it›‹e ''›‹s s%'› ‹k AND› id ‹o =› ‹v $1› ‹k AND› x ‹o =› ‹v :name›;\n"
		"‹k CREATE TABLE› t (id ‹t BIGINT› ‹k PRIMARY KEY›, at ‹t timestamptz› ‹k DEFAULT› ‹b NULL›);\n"
	},
	{ "promql",
		"‹b sum› ‹k by› (job) (‹f rate›(http_requests_total{‹a code›‹o =›‹s \"500\"›}[‹n 5m›])) ‹o >› ‹n 0.5›\n"
	},
	{ "mermaid",
		"‹k graph› ‹b TD›\n"
		"  A[‹s \"start\"›] ‹o -->›‹s |yes|› B\n"
	},
	{ "latex",
		"‹k \\begin›{document} ‹c % note›\n"
		"‹n 100›‹e \\%› of ‹s $x^2$› ‹k \\LaTeX›\n"
	},
	{ "diff",
		"‹p diff --git a/x b/x›\n"
		"‹p --- a/x›\n"
		"‹p +++ b/x›\n"
		"‹h @@ -1,2 +1,2 @@ fn x›\n"
		"‹d -old›\n"
		"‹i +new <b>›\n"
		" same\n"
		"‹c \\ No newline at end of file›\n"
	},
	{ "markdown",
		"‹p ---›\n"
		"‹a title›: ‹s x›\n"
		"‹p ---›\n"
		"‹h # Head *ing*›\n"
		"‹o >› quoted ‹s `code`› and ‹k **bold**› [link‹s ](https://x.org)›\n"
		"‹o 1.› one\n"
		"‹o -› two ‹g <br>›\n"
		"‹p ```js›\n"
		"‹k let› a ‹o =› ‹n 1›;\n"
		"‹p ```›\n"
	},
	{ "html",
		"‹p <!DOCTYPE html>›\n"
		"‹c <!-- note -->›\n"
		"‹g <a› ‹a href›‹o =›‹s \"/x\"› ‹a class›‹o =›‹s y› ‹a disabled *ngIf›‹o =›‹s \"a\"› ‹a (click)›‹o =›‹s \"b\"›‹g >›Tom ‹e &amp;› Jerry‹g </a>›\n"
		"‹p {%› ‹k if› page.title ‹p %}{{› page.title ‹o |› upcase ‹p }}{%› ‹k endif› ‹p %}›\n"
		"‹g <style>p› { ‹a color›: ‹b red› }‹g </style>›\n"
		"‹g <script>›‹k let› a ‹o =› ‹s \"</p>\"›;‹g </script><br/>›\n"
	},
	{ "xml",
		"‹p <?xml version=\"1.0\"?>›\n"
		"‹g <svg:g› ‹a xmlns:x›‹o =›‹s \"y\"›‹g >›‹s <![CDATA[ <a> ]]>›‹e &#x41;›‹g </svg:g>›\n"
	},
	{ "css",
		"‹k @media› (‹b min-width›: ‹n 40em›) { ‹c /* note */›\n"
		"\t‹g a›‹b :hover› ‹o >› ‹t .card#top›‹b ::before›, [‹b type›‹o =›‹s \"x\"›] { ‹a color›: ‹n #fff›; ‹a margin›: ‹n -1.5rem 10%› ‹f calc›(‹n 1px› ‹o +› ‹f var›(‹v --gap›)); ‹v --gap›: ‹b red› ‹k !important› }\n"
		"}\n"
	},
	{ "scss",
		"‹c // note›\n"
		"‹v $w›: ‹n 10px›;\n"
		"‹t .a› { ‹o &›‹b :hover› { ‹a width›: ‹v $w› ‹o *› ‹n 2›; } ‹k @include› ‹f grid›(‹v $w›); ‹t .b-›‹e #{$i}› { ‹a color›: ‹f darken›(‹b red›, ‹n 5%›); } }\n"
	},
};

#endif
