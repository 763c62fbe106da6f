package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is where "make web-tools" puts axe-core, which judges accessibility.
const axe = "../../tools/mathml/node_modules/axe-core/axe.min.js"

// The report is shown as it should be by a real browser, in light and dark mode,
// on a phone, a tablet and a desk, and on paper: nothing sticks out to the right,
// nothing is fetched, nothing is complained about, and axe-core finds no fault.
func TestReportInBrowser(t *testing.T) {
	tab := browse(t)
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(writeReport(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	heard := listen(t, tab)
	for _, view := range []struct {
		media, mode string
		width       int64
	}{
		{"screen", "light", 360}, {"screen", "dark", 800}, {"screen", "light", 1280}, {"print", "light", 627},
		// 627 pixels are A4 without its margins
	} {
		t.Run(fmt.Sprintf("%s %s %d", view.media, view.mode, view.width), func(t *testing.T) {
			call(t, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Media: view.media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: view.mode}},
			})
			if err := chromedp.Do(tab, chromedp.EmulateViewport(view.width, 900),
				chromedp.Navigate("file://"+filepath.ToSlash(path))); err != nil {
				t.Fatal(err)
			}
			if closed := evaluate[int](t, tab, closed); (closed == 0) != (view.media == "print") {
				t.Errorf("the evidence of %d problems is folded away", closed)
			}
			evaluate[chromedp.Void](t, tab, `document.querySelectorAll('details').forEach(d => d.open = true)`)
			if wide := evaluate[[]string](t, tab, sticksOut); len(wide) > 0 {
				t.Errorf("wider than the page: %s", strings.Join(wide, "; "))
			}
			if broken := evaluate[[]string](t, tab, broken); len(broken) > 0 {
				t.Errorf("not shown: %s", strings.Join(broken, "; "))
			}
			if view.media == "screen" {
				checkAccessibility(t, tab)
			}
		})
	}
	t.Run("font", func(t *testing.T) { checkFormulaFont(t, tab) })
	heard.Lock()
	defer heard.Unlock()
	if heard.documents == 0 || len(heard.complaints) > 0 {
		t.Errorf("%d documents were opened, and the browser said %s", heard.documents, strings.Join(heard.complaints, "; "))
	}
}

// closed counts the evidence that cannot be seen.
const closed = `[...document.querySelectorAll('details ul')].filter(e => !e.checkVisibility({contentVisibilityAuto: true})).length`

// sticksOut names the elements that the reader could reach only by scrolling the
// page sideways; those in a box that scrolls of its own are none.
const sticksOut = `[...document.body.querySelectorAll('*')]
	.filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
	.filter(e => {
		const box = e.parentElement.closest('.scroll, .formula')
		return e.closest('.picture') || !box || getComputedStyle(box).overflowX == 'visible'
	})
	.slice(0, 5)
	.map(e => e.tagName + '.' + (e.getAttribute('class') || '') + ' ' + e.textContent.slice(0, 60))
	.concat(document.documentElement.scrollWidth > innerWidth
		? ['the page by ' + (document.documentElement.scrollWidth - innerWidth)] : [])`

// broken names what has not loaded.
const broken = `document.fonts.ready.then(() => [...document.images].filter(i => !i.complete || i.naturalWidth == 0).map(i => i.alt)
	.concat([...document.fonts].filter(f => f.status != 'loaded').map(f => f.family))
	.concat(document.querySelectorAll('math').length > 100 ? [] : ['formulas']))`

// checkAccessibility lets axe-core judge the page as it is shown.
func checkAccessibility(t *testing.T, tab context.Context) {
	script, err := os.ReadFile(axe)
	if err != nil {
		t.Skip("axe-core is not installed; run 'make web-tools', which needs npm (on Debian: apt-get install npm)")
	}
	evaluate[chromedp.Void](t, tab, string(script)+"\n;undefined")
	faults := evaluate[[]string](t, tab, `axe.run(document, {resultTypes: ['violations']}).then(r => {
		if (r.passes.length < 20) return ['axe-core has tried only ' + r.passes.length + ' rules'];
		const where = n => n.html.slice(0, 120) + ' ' + n.failureSummary;
		return r.violations.map(v => v.id + ': ' + v.help + ': ' + v.nodes.slice(0, 3).map(where).join(', '));
	})`)
	for _, f := range faults {
		t.Error(f)
	}
}

// checkFormulaFont checks that the page's own font has every character of the
// formulas.
func checkFormulaFont(t *testing.T, tab context.Context) {
	different := evaluate[int](t, tab, `(() => {
		const first = new Map([...document.querySelectorAll('mi, mo, mn, mtext')].map(e => [e.outerHTML, e]));
		first.forEach(e => e.setAttribute('data-check', ''));
		return first.size;
	})()`)
	doc := call(t, tab, dom.GetDocument, dom.GetDocumentParams{})
	found := call(t, tab, dom.QuerySelectorAll,
		dom.QuerySelectorAllParams{NodeID: doc.Root.NodeID, Selector: "[data-check]"})
	call(t, tab, css.Enable, cdp.Empty{})
	if len(found.NodeIDs) != different || different < 100 {
		t.Errorf("found %d of %d different parts of formulas", len(found.NodeIDs), different)
	}
	for _, id := range found.NodeIDs {
		for _, font := range call(t, tab, css.GetPlatformFontsForNode, css.GetPlatformFontsForNodeParams{NodeID: id}).Fonts {
			if font.FamilyName != "STIX Two Math" {
				t.Errorf("%s is shown in %s; run 'make generate'",
					call(t, tab, dom.GetOuterHTML, dom.GetOuterHTMLParams{NodeID: id}).OuterHTML, font.FamilyName)
			}
		}
	}
}

func call[P, R any](t *testing.T, tab context.Context, command cdp.Command[P, R], params P) R {
	t.Helper()
	r, err := chromedp.Call(tab, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func evaluate[T any](t *testing.T, tab context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(tab, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// browser returns the path of a browser, or skips the test.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium or Chrome is installed; on Debian: apt-get install chromium")
	return ""
}

// browse opens a browser without a screen for the length of the test.
func browse(t *testing.T) (tab context.Context) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browser(t)), chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	tab, _ = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(tab); err != nil {
			t.Logf("the browser did not end by itself: %v", err)
		}
	})
	return tab
}

// A hearing collects what a page asks of the network and says on the console.
type hearing struct {
	sync.Mutex
	documents  int
	complaints []string
}

// description says what an exception is.
func description(e *runtime.RemoteObject) string {
	if e == nil {
		return ""
	}
	return e.Description
}

func listen(t *testing.T, tab context.Context) *hearing {
	t.Helper()
	h := &hearing{}
	err := chromedp.Listen(tab, func(event any) {
		h.Lock()
		defer h.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			switch url := e.Request.URL; {
			case strings.HasPrefix(url, "data:"):
			case e.Type == network.ResourceTypeDocument:
				h.documents++
			default:
				h.complaints = append(h.complaints, "it asks for "+url)
			}
		case *runtime.EventConsoleAPICalled:
			h.complaints = append(h.complaints, fmt.Sprintf("console: %v", e.Args))
		case *runtime.EventExceptionThrown:
			h.complaints = append(h.complaints, "exception: "+e.ExceptionDetails.Text+" "+description(e.ExceptionDetails.Exception))
		case *log.EventEntryAdded:
			h.complaints = append(h.complaints, "log: "+e.Entry.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(t, tab, network.Enable, network.EnableParams{})
	return h
}

// --pdf writes the same in print: more pages than problems.
func TestReportPDF(t *testing.T) {
	browser(t)
	path := filepath.Join(t.TempDir(), "report.pdf")
	writeReport(t, "--pdf", path)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if pages := bytes.Count(content, []byte("/Type /Page\n")); !bytes.HasPrefix(content, []byte("%PDF-")) || pages < 8 {
		t.Errorf("%d bytes, of which the first are %q, with %d pages; want a PDF file of at least 8", len(content),
			content[:8], pages)
	}
}
