package html_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"hw4/internal/report"
	"hw4/internal/report/html"
	"hw4/internal/report/reporttest"
)

func examplePage() html.Page {
	r := reporttest.Example()
	r.Items = append(r.Items,
		report.Text(`<script>alert("x")</script> & more`),
		report.Matrix{Name: "dy_2/dA_1", Rows: [][]float64{{-1.5}}},
		report.Matrix{Name: "w_c for c = 1, ..., <3", Rows: [][]float64{{2}}})
	return html.Page{
		Title: "A page", Lead: "Who asks",
		Facts: []html.Fact{{Name: "Seed", Value: "7"}, {Name: "Date", Value: "today", Varies: true}},
		Sections: []html.Section{{
			Statement: "<p>What is asked.</p>", Derivation: "<p>Why it is so.</p>", Report: r, Took: 1500 * time.Millisecond,
		}},
		References: []string{"A paper."},
	}
}

func render(t *testing.T, page html.Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := html.Write(&b, page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHTML(t *testing.T) {
	got := render(t, examplePage())
	for _, part := range []string{
		"<title>A page</title>",
		"<p>What is asked.</p>", "<p>Why it is so.</p>",
		`<li class="failed"><a href="#problem-3">`, "failed, 1 of 2 checks passed",
		`<section class="problem" id="problem-3" aria-labelledby="title-3">`,
		"<dt>Seed</dt><dd>7</dd>", "<dt>Date</dt><dd><time>today</time></dd>", "<dd><time>1.5s</time></dd>",
		"&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; more",
		`>kept
  as it is</pre>`,
		"<msub><mi>y</mi><mn>2</mn></msub></mrow><mrow><mo>∂</mo><msub><mi>A</mi><mn>1</mn></msub>", "<mn>−1.5</mn>",
		"<msub><mi>w</mi><mi>c</mi></msub><mtext>\u00a0for\u00a0c\u00a0=\u00a01,\u00a0...,\u00a0&lt;3</mtext>",
		`<th scope="col" class="number">value</th>`, `<th scope="row">bc</th><td class="number">2.5</td>`, `12.35 %`,
		`width="320" height="160" alt="">` + "\n<figcaption><strong>Two pixels.</strong> One black, one white</figcaption>",
		`role="img" aria-label="It falls from 1 to 0.5">`, "<figcaption>A curve</figcaption>",
		"<li>A paper.</li>",
		`<img src="data:image/png;base64,iVBOR`,
		`<details class="evidence">` + "\n<summary>Evidence of this run, 2 checks</summary>",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
}

// The answer is at a glance, without tables and figures, and once more before all else
// of its problem, with them; a check that failed stands outside the folded evidence.
func TestAnswersFirst(t *testing.T) {
	page := examplePage()
	r := page.Sections[0].Report
	r.Answerf("The answer is w_1.")
	r.Answerf("In numbers:")
	r.Answer = append(r.Answer, r.Items[3], r.Items[5])
	got := render(t, page)
	glance, rest, _ := strings.Cut(got, "<main")
	for part, want := range map[string]int{
		"The answer is <i>w</i><sub>1</sub>.": 1, "In numbers:": 0, "<table": 0, "<svg": 0, "<figure": 0,
	} {
		if n := strings.Count(glance, part); n != want {
			t.Errorf("%s is %d times at a glance, want %d", part, n, want)
		}
	}
	at := 0
	for _, part := range []string{
		"<h3>Answer</h3>", "The answer is", "In numbers:", "<table", "failed, 1 of 2 checks passed", "<strong>second</strong>", "<svg",
		"What is asked.", "After <cite>Problem 3</cite> of the sheet.", "Why it is so.",
		"<details", "<strong>first</strong>", "</details>",
	} {
		n := strings.Index(rest[at:], part)
		if n < 0 {
			t.Fatalf("%s does not follow in\n%s", part, rest[at:])
		}
		at += n
	}
}

// The panels of a picture are images and tables of their own, with their captions as
// text; a single image stays whole.
func TestPanels(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 2, 1))
	m.Pix[0] = 200
	parts := []report.Panel{
		{Image: m, Caption: []string{"w_1", "P = 1"}},
		{Image: m, Cells: [][]string{{"7", "8"}}, Rows: []string{"a"}, Columns: []string{"b", "c"}},
	}
	show := func(panels []report.Panel) string {
		p := report.Picture{Title: "Both", Alt: "Two.", Image: m, Panels: panels}
		r := &report.Report{Body: report.Body{Items: []report.Item{p}}}
		return render(t, html.Page{Sections: []html.Section{{Report: r}}})
	}
	both := show(parts)
	for _, part := range []string{
		`width="224" height="112" alt=""><span><i>w</i><sub>1</sub></span><span>P = 1</span></div>`,
		`<tr><td></td><th scope="col">b</th><th scope="col">c</th></tr>`,
		`<th scope="row">a</th><td style="background:#c8c8c8;color:#000000">7</td>` +
			`<td style="background:#000000;color:#ffffff">8</td>`,
		"<figcaption><strong>Both.</strong> Two.</figcaption>",
	} {
		if !strings.Contains(both, part) {
			t.Errorf("the panels lack %s", part)
		}
	}
	if one := show(parts[:1]); strings.Contains(one, "P = 1") || !strings.Contains(one, `width="320" height="160"`) {
		t.Error("a single image is shown as a panel")
	}
}

// The page is well-formed, except for what HTML leaves open, and its headings go
// down one level at a time.
func TestHTMLStructure(t *testing.T) {
	page := render(t, examplePage())
	d := xml.NewDecoder(strings.NewReader(regexp.MustCompile(`(?s)<style>.*</style>`).ReplaceAllString(page, "")))
	d.Strict = false // as HTML is
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	level, ids := 0, map[string]bool{}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if name := start.Name.Local; len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
			if next := int(name[1] - '0'); next > level+1 {
				t.Errorf("h%d follows h%d", next, level)
			}
			level = int(name[1] - '0')
		}
		for _, a := range start.Attr {
			if a.Name.Local == "id" && ids[a.Value] {
				t.Errorf("two elements are %q", a.Value)
			}
			ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
		}
	}
}

// Nothing in the page is fetched, and plots follow the reader's colours.
func TestHTMLIsSelfContained(t *testing.T) {
	page := render(t, examplePage())
	fetched := regexp.MustCompile(`(src|href)="[^#d][^"]*"|url\("?[^d"][^)]*\)|<script|@import`)
	if found := fetched.FindString(page); found != "" {
		t.Errorf("the page holds %s", found)
	}
	svg := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindString(page)
	if found := regexp.MustCompile(`#[0-9A-Fa-f]{6}|Liberation`).FindString(svg); found != "" || svg == "" {
		t.Errorf("the plot has the fixed colour or font %s", found)
	}
}

func TestHTMLIsDeterministic(t *testing.T) {
	first, second := render(t, examplePage()), render(t, examplePage())
	if first != second {
		t.Error("the same page is written in two ways")
	}
}

// A curve with a gap is drawn as two curves; a curve without a finite point as
// none.
func TestPlotGaps(t *testing.T) {
	curves := func(y ...float64) int {
		p := report.Plot{Title: "p", Series: []report.Series{{Name: "s", X: []float64{1, 2, 3, 4, 5}, Y: y}}}
		r := &report.Report{Body: report.Body{Items: []report.Item{p}}}
		return strings.Count(render(t, html.Page{Sections: []html.Section{{Report: r}}}), "stroke:var(--series-1)")
	}
	whole, gap := curves(1, 2, 3, 4, 5), curves(1, 2, nan, 4, 5)
	if none := curves(nan, nan, nan, nan, nan); gap != whole+1 || none != 0 {
		t.Errorf("%d lines for a curve, %d for one with a gap, %d for one without points", whole, gap, none)
	}
}

// What cannot be shown is an error, and nothing is written.
func TestHTMLErrors(t *testing.T) {
	var b bytes.Buffer
	for _, item := range []report.Item{
		report.Picture{Title: "Nothing", Image: image.NewGray(image.Rectangle{})},
		report.Plot{Title: "Nothing", LogX: true, Series: []report.Series{{X: []float64{0, 1}, Y: []float64{1, 1}}}},
		report.Plot{Title: "Nothing", Series: []report.Series{{X: []float64{0, 1}, Y: []float64{1}}}},
	} {
		page := html.Page{Sections: []html.Section{{Report: &report.Report{Body: report.Body{Items: []report.Item{item}}}}}}
		if err := html.Write(&b, page); err == nil || !strings.Contains(err.Error(), "Nothing") || b.Len() > 0 {
			t.Errorf("%T: error %v, %d bytes written", item, err, b.Len())
		}
	}
	full := errors.New("full")
	if err := html.Write(failing{full}, examplePage()); !errors.Is(err, full) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

var nan = math.NaN()
