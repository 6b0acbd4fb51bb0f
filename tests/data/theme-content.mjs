/* theme-content.mjs: rendered Markdown of every kind, in the structure that cgi/text/ emits. */

function heading(level, id, text) {
	return `<h${level} id="${id}">${text} <a class="anchor" href="#${id}" aria-label="Link to this section"></a></h${level}>`;
}

const c = `<span class="c">/* Reads the whole of one file, or says why not. */</span>
<span class="p">#include</span> <span class="s">"base/buf.h"</span>

<span class="k">static</span> <span class="t">bool</span> <span class="f">slurp</span><span class="o">(</span><span class="k">const</span> <span class="t">char</span> <span class="o">*</span><span class="v">path</span>, <span class="k">struct</span> <span class="t">buf</span> <span class="o">*</span><span class="v">out</span><span class="o">)</span>
{
	<span class="t">int</span> <span class="v">fd</span> <span class="o">=</span> <span class="f">open</span>(<span class="v">path</span>, <span class="b">O_RDONLY</span> <span class="o">|</span> <span class="b">O_CLOEXEC</span>);

	<span class="k">if</span> (<span class="v">fd</span> <span class="o">&lt;</span> <span class="n">0</span>)
		<span class="k">return</span> <span class="f">fail</span>(<span class="s">"cannot open '%s'<span class="e">\\n</span>"</span>, <span class="v">path</span>); <span class="c">/* this line is long on purpose, so that the block has something to scroll */</span>
	<span class="k">return</span> <span class="b">true</span>;
}`;

const diff = `<span class="h">@@ -12,3 +12,3 @@</span> static int margin
<span class="d">-	return width / 12;</span>
<span class="i">+	return width / 9;</span>`;

const markup = `<span class="c">&lt;!-- one figure --&gt;</span>
<span class="g">&lt;figure</span> <span class="a">class</span><span class="o">=</span><span class="s">"plate"</span><span class="g">&gt;</span>
  <span class="g">&lt;img</span> <span class="a">src</span><span class="o">=</span><span class="s">"plate-1.jpg"</span> <span class="a">alt</span><span class="o">=</span><span class="s">"Plate <span class="e">&amp;amp;</span> frame"</span><span class="g">&gt;</span>
<span class="g">&lt;/figure&gt;</span>`;

function code(lang, text) {
	return `<pre class="code" tabindex="0" dir="ltr" data-lang="${lang}"><code>${text}\n</code></pre>`;
}

function table(rows) {
	return `<div class="table" role="region" tabindex="0" aria-label="Table"><table>${rows}</table></div>`;
}

export const plain = `<p>Capitals that are drawn to the height of the small letters belong to the line. Capitals that are merely shrunk look starved beside them. “Quoted” and ‘quoted’ alike, with 1 234 567 old-style figures and a dash — set tight.</p>
<p>That is all there is to say about it, really; the rest is practice. A second paragraph follows the first so that the rhythm can be seen, and it runs on for long enough to break over three or four lines at the usual measure.</p>`;

export const content = `<p>A page has two parts: what the writer needs and what the reader needs. The writer needs the text block. The reader needs the <em>margin</em>, for the thumb, for the eye to turn around in, and for the note that <a href="https://example.org/">answers back</a>.<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup> Aldus knew it, and <strong>Tschichold measured it</strong>: two, three, four, six.<sup class="footnote-ref"><a href="#fn-2" id="fnref-2">2</a></sup></p>
<p>“Hanging” punctuation, an H<sub>2</sub>O and an x<sup>2</sup>, <code>inline_code()</code>, <del>struck out</del>, <mark>marked</mark>, <abbr title="Hypertext Markup Language">HTML</abbr>, and keys such as <kbd>Ctrl</kbd>+<kbd>Shift</kbd>+<kbd>P</kbd> all sit on one line without disturbing it, because the height of a line belongs to the text and not to what is set in it.</p>
${heading(2, "setting-the-text", "Setting the text")}
<p>The measure comes first. Forty-five to seventy-five characters, counting spaces, is what every handbook says; sixty-six is the number they agree on, and nobody remembers why.</p>
<blockquote>
<p>Perfect typography is more a science than an art. Mastery of the trade is indispensable, but it isn’t everything.</p>
<p>— Jan Tschichold</p>
</blockquote>
<p>After a quotation the text goes on as though nothing had happened, which is the point of it.</p>
${heading(3, "lists", "Lists")}
<ul>
<li>A first thing, said briefly</li>
<li>A second thing that needs more than one line to say, since it must explain why it is second and not first, and what that has to do with the third
<ul>
<li>Nested, once</li>
<li>Nested, twice</li>
</ul>
</li>
<li>A third</li>
</ul>
<ol>
<li>Fold the sheet</li>
<li>Fold it again</li>
<li>Sew
<ol>
<li>through the fold</li>
<li>and back</li>
</ol>
</li>
</ol>
<ul class="contains-task-list">
<li class="task-list-item"><label><input type="checkbox" disabled checked> Choose the paper</label></li>
<li class="task-list-item"><label><input type="checkbox" disabled> Choose the type, which takes longer than one expects and is never quite over</label></li>
</ul>
${heading(3, "tables", "Tables and figures")}
${table(`<thead><tr><th scope="col">Canon</th><th scope="col" class="align-right">Inner</th><th scope="col" class="align-right">Top</th><th scope="col" class="align-center">Ratio</th><th scope="col">Note</th></tr></thead><tbody>
<tr><td>Van de Graaf</td><td class="align-right">111.1</td><td class="align-right">98.0</td><td class="align-center">2:3</td><td>By construction, without measuring</td></tr>
<tr><td>Tschichold</td><td class="align-right">8.5</td><td class="align-right">1,204.0</td><td class="align-center">2:3</td><td>The late medieval one</td></tr>
<tr><td>Octavo</td><td class="align-right">77.0</td><td class="align-right">12.5</td><td class="align-center">5:8</td><td>Cheaper, and it shows</td></tr>
</tbody>`)}
<p>Figures stand in columns, right under right, and all of the same width.</p>
<figure><img src="/media/picture-2-1400x800.svg" alt="Blue hills" width="1400" height="800" loading="lazy" decoding="async"><figcaption>Blue hills, as seen from the <em>composing room</em>. A caption may run longer than one line, and then it stays narrower than the picture.</figcaption></figure>
${heading(2, "code", "Code")}
<p>Programs are texts too, and they deserve the same care.</p>
${code("c", c)}
${code("diff", diff)}
${code("html", markup)}
<pre class="code" tabindex="0" dir="ltr"><code>no language, no colours
</code></pre>
<p>A command line such as <code>tools/up --port 8080 --data /srv/press/with/a/rather/long/path/that/does/not/end</code> must wrap somewhere.</p>
<hr>
${heading(2, "everything-else", "Everything else that a renderer may emit")}
<details>
<summary>What a colophon says</summary>
<p>Which type, which paper, which press, how many copies, and who is to blame.</p>
</details>
<dl>
<dt>Quire</dt>
<dd>Four sheets folded once and placed inside one another.</dd>
<dt>Platen</dt>
<dd>The plate that presses the paper against the type.</dd>
</dl>
<figure><a href="/media/picture-3-1200x700.svg"><img src="/media/picture-3-1200x700.svg" alt="Violet hills" width="1200" height="700" loading="lazy" decoding="async"></a></figure>
<figure><blockquote><p>The book is the map.</p></blockquote><figcaption>An old binder</figcaption></figure>
<p><img src="/media/picture-4-900x600.svg" alt="Violet hills" width="900" height="600" loading="lazy"></p>
<video controls width="640" height="360" preload="none" poster="/media/picture-5-640x360.svg"></video>
${heading(3, "third-again", "A third level")}
<p>Between.</p>
${heading(4, "a-fourth-level", "A fourth level")}
<p>Rarely needed, quietly set.</p>
${heading(5, "a-fifth-level", "A fifth level")}
<p>And an address that will not break: https://example.org/a/very/long/address/without/a/single/space/in/it?and=parameters&amp;more=parameters</p>
<section class="footnotes">
<ol>
<li id="fn-1"><p>Marginalia were once written for the next owner of the book. <a href="#fnref-1" class="footnote-backref" aria-label="Back to the text">↩︎</a></p></li>
<li id="fn-2"><p>In <cite>Die neue Typographie</cite> he still thought otherwise. <a href="#fnref-2" class="footnote-backref" aria-label="Back to the text">↩︎</a></p></li>
</ol>
</section>`;

export const german = `<p>Die Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung galt bis 2007; die Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebung bis 2013. „Anführungszeichen“ stehen unten und oben, ‚halbe‘ ebenso, und der Gedankenstrich – kurz, mit Zwischenräumen – trennt.</p>
${heading(2, "trennung", "Silbentrennungsalgorithmusimplementierungsdetails")}
<p>Ein guter Satz zeigt sich nicht an der Schrift, sondern an der Gleichmäßigkeit der Zwischenräume. Geschwindigkeitsbegrenzungen, Arbeitsunfähigkeitsbescheinigungen und Kraftfahrzeughaftpflichtversicherungen verlangen, dass man trennt.</p>
<blockquote><p>Wer die Form nicht beherrscht, den beherrscht sie.</p></blockquote>
<p>Und so weiter.</p>`;

export const chinese = `<p>留白不是空白。它让文字呼吸，让读者停顿，也让一页纸有了节奏。好的版面从边距开始，而不是从字体开始。“引号”与（括号）在行首行尾都应当悬挂。</p>
<h2 id="jie">一、版心 <a class="anchor" href="#jie" aria-label="Link to this section"></a></h2>
<p>版心与四周的比例，古人早有定法：天头宽，地脚窄。活字印刷以后，这个比例被反复计算，却很少被改变。<strong>重点</strong>与<em>强调</em>各有分寸。</p>
<blockquote><p>书籍之美，在乎其静。</p></blockquote>
<p>一页三十行，一行三十字，不多不少。</p>`;

export const arabic = `<p>ليست الحروف العربية حروفًا لاتينية مقلوبة الاتجاه، بل نظام كامل له إيقاعه ومسافاته. والهامش فيها يبدأ من اليمين، كما يبدأ القارئ.</p>
<h2 id="alhamish">الهامش <a class="anchor" href="#alhamish" aria-label="Link to this section"></a></h2>
<p>في المخطوطات القديمة كان الهامش مكان الشرح والتعليق، وكان أوسع من المتن أحيانًا.<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup></p>
<blockquote><p>الخط لسان اليد.</p></blockquote>
<ul><li>أولًا: الورق</li><li>ثانيًا: الحبر</li></ul>
<pre class="code" tabindex="0" dir="ltr" data-lang="c"><code><span class="k">return</span> <span class="n">0</span>;
</code></pre>
<section class="footnotes"><ol><li id="fn-1"><p>شرح قصير. <a href="#fnref-1" class="footnote-backref" aria-label="Back to the text">↩︎</a></p></li></ol></section>`;

export const pageText = `<p>The press was founded in a shed in 2009 with one proof press, two cases of type and no plan. It prints four small books a year and writes about how.</p>
${heading(2, "visit", "Visit")}
<p>Saturdays, ten to four. Ring twice.</p>`;
