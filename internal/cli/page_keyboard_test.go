package cli_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// keys presses keys, as the keyboard sends them.
func keys(t *testing.T, tab context.Context, pressed ...string) {
	t.Helper()
	if err := chromedp.Do(tab, chromedp.KeyEvent(strings.Join(pressed, ""))); err != nil {
		t.Fatal(err)
	}
}

// tabTo presses Tab until what a script tells has the focus, which has to be visible.
func tabTo(t *testing.T, tab context.Context, script string) {
	t.Helper()
	const most = 300
	for range most {
		keys(t, tab, kb.Tab)
		if evaluate[bool](t, tab, "(e => !!("+script+"))(document.activeElement)") {
			if !evaluate[bool](t, tab, `document.activeElement.matches(":focus-visible") &&
				getComputedStyle(document.activeElement).outlineStyle != "none"`) {
				t.Errorf("the focus on %s cannot be seen", script)
			}
			return
		}
	}
	t.Fatalf("the keyboard does not reach %s", script)
}

// waitFor waits until a script is true.
func waitFor(t *testing.T, tab context.Context, script string) {
	t.Helper()
	play[chromedp.Void](t, tab, "await until(() => "+script+"); undefined")
}

// driveByKeyboard does in every room what it is for, with the keyboard alone.
func driveByKeyboard(t *testing.T, tab context.Context) {
	room := func(n int) {
		t.Helper()
		evaluate[chromedp.Void](t, tab, `document.activeElement.blur(); getSelection().collapse(document.body, 0); undefined`)
		tabTo(t, tab, fmt.Sprintf("e.dataset.problem == %d", n))
		keys(t, tab, kb.Enter)
		waitFor(t, tab, fmt.Sprintf(`$("h2").textContent.startsWith("Problem %d")`, n))
	}
	for n, w := range map[int]string{1: "0 0 0 0 -1 0 0 1 0 0 0 0 0 -1 1 0 0 0", 2: strings.Repeat(" 1/4", 12),
		3: ".299 0.587 .114"} {
		room(n)
		waitFor(t, tab, `$(".cells input")`)
		for i, v := range strings.Fields(w) {
			tabTo(t, tab, fmt.Sprintf(`e == document.querySelectorAll(".cells input")[%d]`, i))
			keys(t, tab, v)
		}
		waitFor(t, tab, `$(".verdict")?.dataset.code == "right"`)
		tabTo(t, tab, `e.tagName == "CANVAS"`)
		keys(t, tab, kb.ArrowRight, kb.ArrowDown)
		waitFor(t, tab, `location.hash.includes("at=%5B1%2C1%5D")`)
	}
	room(4)
	waitFor(t, tab, `$("select")?.options.length > 5`)
	tabTo(t, tab, `e.tagName == "SELECT"`)
	keys(t, tab, kb.End)
	waitFor(t, tab, `$("[data-knob]")`)
	tabTo(t, tab, `e.dataset.knob == 5`)
	for range 8 {
		keys(t, tab, kb.ArrowDown)
	}
	waitFor(t, tab, `$(".verdict p")?.textContent.includes("smallest window")`)
	tabTo(t, tab, `e.textContent.startsWith("Put this")`)
	keys(t, tab, kb.Enter)
	waitFor(t, tab, `$(".verdict strong").textContent.includes("differ")`)

	room(5)
	tabTo(t, tab, `e.textContent == "Train both"`)
	keys(t, tab, kb.Enter)
	waitFor(t, tab, `$$("[data-sha256]").length == 2`)

	room(6)
	waitFor(t, tab, `$("svg[aria-label^='The perceptron']") && $("textarea").value`)
	tabTo(t, tab, `e.tagName == "svg"`)
	keys(t, tab, kb.ArrowRight)
	waitFor(t, tab, `$$(".card p").some(e => e.textContent.startsWith("A₁, row 1, column 2"))`)
	tabTo(t, tab, `e.ariaLabel == "∂y₃/∂A₃, row 1, column 1"`)
	keys(t, tab, "1", kb.Tab, "1", kb.Tab, "1")
	waitFor(t, tab, `$(".verdict p")?.textContent.includes("1 wrong, 8 not answered")`)
	tabTo(t, tab, `e.textContent.startsWith("All of it as JSON")`)
	keys(t, tab, kb.Enter)
	tabTo(t, tab, `e.tagName == "TEXTAREA"`)
	keys(t, tab, kb.End, "]")
	waitFor(t, tab, `$(".error")?.textContent.includes("JSON")`)

	room(7)
	waitFor(t, tab, `$("[data-total]")`)
	tabTo(t, tab, `e.matches(".pad")`)
	keys(t, tab, strings.Repeat(kb.ArrowLeft, 6), " ", strings.Repeat(kb.ArrowRight, 10),
		strings.Repeat(kb.ArrowDown+kb.ArrowDown+kb.ArrowLeft, 8), " ")
	waitFor(t, tab, `$$("[data-digit]").map(e => e.dataset.digit).join() == "7,7"`)
	tabTo(t, tab, `e.ariaLabel?.startsWith("C3,")`)
	keys(t, tab, kb.ArrowDown)
	waitFor(t, tab, `$(".unit strong")?.textContent.startsWith("C3")`)
	tabTo(t, tab, `e.matches(".wiring input")`)
	keys(t, tab, " ")
	waitFor(t, tab, `$("[data-total]").dataset.total == "60781"`)
	keys(t, tab, " ")
	tabTo(t, tab, `e.matches("input[data-number]")`)
	keys(t, tab, "900")
	waitFor(t, tab, `$(".verdict")?.dataset.code == "right"`)
}
