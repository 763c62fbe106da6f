package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"hw4/internal/cli"
)

// pageFile writes the page as "make page" does, and returns its address.
func pageFile(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles the library for the browser")
	}
	path := filepath.Join(t.TempDir(), "page.html")
	said, err := exec.Command("go", "run", "../../cmd/hw4page", "-o", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	const most, mostLibrary = 6_000_000, 1_800_000
	var name string
	var size, library int
	if _, err := fmt.Sscanf(string(said), "%s %d bytes, of which the library is %d", &name, &size, &library); err != nil ||
		size > most || library > mostLibrary {
		t.Errorf("%s is too large: want %d bytes, the library %d (%v)", said, most, mostLibrary, err)
	}
	return "file://" + filepath.ToSlash(path)
}

// pageServed serves the page as "hw4 serve" does, and returns its address.
func pageServed(t *testing.T) string {
	t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() { ended <- cli.Main(ctx, []string{"serve", "--no-open"}, cli.Stdio{Out: in, Err: os.Stderr}) }()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != cli.ExitOK {
			t.Errorf("hw4 serve ended with code %d", code)
		}
		in.Close()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}

// helpers are what the scripts of the test say.
const helpers = `const wait = ms => new Promise(r => setTimeout(r, ms));
	const until = async (what, seconds = 30) => {
		for (let i = 0; i < 50 * seconds; i++) { const v = what(); if (v) return v; await wait(20); }
		throw new Error("waited in vain for " + what);
	};
	const $ = s => document.querySelector(s), $$ = s => [...document.querySelectorAll(s)];
	const press = (e, ...keys) => {
		e.focus();
		keys.forEach(key => e.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})));
	};
	const type = (e, v) => { e.focus(); e.value = v; e.dispatchEvent(new InputEvent("input", {bubbles: true})); };
	const go = async n => {
		$$("nav a")[n - 1].click();
		await wait(50);
		await until(() => $("h2").textContent.startsWith("Problem " + n));
	};
	const median = name => {
		const v = performance.getEntriesByName(name).map(e => e.duration).sort((a, b) => a - b);
		return v[v.length >> 1];
	};
	`

func play[T any](t *testing.T, tab context.Context, script string) T {
	t.Helper()
	return evaluate[T](t, tab, "(async () => {"+helpers+script+"})()")
}

// The page by both doors: every room is driven, its verdicts and numbers are those of the
// command, and the browser has nothing to complain about.
func TestPageInBrowser(t *testing.T) {
	for name, door := range map[string]func(t *testing.T) string{"file": pageFile, "served": pageServed} {
		t.Run(name, func(t *testing.T) {
			browser(t)
			address := door(t)
			tab := browse(t)
			heard := listen(t, tab)
			if err := chromedp.Do(tab, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(address)); err != nil {
				t.Fatal(err)
			}
			took := play[float64](t, tab, `await until(() => $("canvas")?.width > 1 && $(".verdict")); return performance.now()`)
			hash := evaluate[string](t, tab, "location.hash")
			if strings.Contains(hash, "token") {
				t.Errorf("the token stays in the address: %s", hash)
			}
			t.Logf("the first picture and verdict after %.0f ms", took)
			driveFilters(t, tab)
			verdict := play[float64](t, tab, `await go(1); await wait(500); performance.clearMeasures();
				for (let i = 0; i < 12; i++) { press($(".cells input"), i % 2 ? "ArrowDown" : "ArrowUp"); await wait(200); }
				return median("verdict")`)
			driveSquareAndNetwork(t, tab)
			driveStop(t, tab)
			driveTraining(t, tab, name == "file")
			driveDigits(t, tab)
			drivePictures(t, tab)
			driveWeights(t, tab)
			if name == "served" {
				driveLeNet(t, tab)
			}
			driveByKeyboard(t, tab)
			t.Logf("medians: a verdict %.1f ms, maps %.1f ms", verdict, play[float64](t, tab, `return median("maps")`))
			checkViews(t, tab)
			heard.Lock()
			defer heard.Unlock()
			for _, c := range heard.complaints {
				if name == "served" && strings.HasPrefix(c, "it asks for http://127.0.0.1:") ||
					strings.HasPrefix(c, "it asks for blob:") {
					continue
				}
				t.Errorf("the browser said %s", c)
			}
		})
	}
}

// driveFilters judges filters that are typed, and one by the keyboard alone.
func driveFilters(t *testing.T, tab context.Context) {
	for problem, w := range map[int][]string{1: strings.Split("0 0 0 0 -1 0 0 1 0 0 0 0 0 -1 1 0 0 0", " "),
		2: strings.Split(strings.Repeat("0.25 ", 12), " ")[:12], 3: {"0.299", "0.587", "0.114"}} {
		list, _ := json.Marshal(w)
		codes := play[[]string](t, tab, fmt.Sprintf(`await go(%d);
			const cells = await until(() => $$(".cells input").length == %s.length && $$(".cells input"));
			%s.forEach((v, i) => type(cells[i], v));
			const code = () => $(".verdict")?.dataset.code, right = await until(() => code() == "right" && code());
			press(cells[0], "ArrowUp");
			const wrong = await until(() => code() != "right" && code());
			press(cells[0], "ArrowDown");
			await until(() => code() == "right");
			press($("canvas[aria-label^='X']"), "ArrowRight", "ArrowDown");
			await until(() => /= /.test($(".sum").textContent) && location.hash.includes("at="));
			return [right, wrong]`, problem, list, list))
		if codes[0] != "right" || codes[1] == "right" {
			t.Errorf("Problem %d: %v", problem, codes)
		}
	}
}

func driveSquareAndNetwork(t *testing.T, tab context.Context) {
	said := play[string](t, tab, `await go(4);
		const choose = await until(() => $("select")?.options.length > 5 && $("select"));
		choose.value = "own"; choose.dispatchEvent(new Event("change"));
		const knob = await until(() => $("[data-knob='5']"));
		for (let i = 0; i < 8; i++) { press($("[data-knob='5']"), "ArrowDown"); await wait(60); }
		await until(() => $(".verdict p")?.textContent.includes("smallest window"));
		$$("button").find(b => b.textContent.startsWith("Put this")).click();
		await until(() => $(".verdict strong")?.textContent.includes("differ"));
		return $(".verdict p").textContent`)
	if !strings.Contains(said, "X = [0 1]") {
		t.Errorf("Problem 4: %s", said)
	}
	numbers := play[[]float64](t, tab, `await go(6);
		const svg = await until(() => $("svg[aria-label^='The perceptron']"));
		press(svg, "ArrowRight", "ArrowRight");
		const text = await until(() => $$(".sum").map(e => e.innerText).find(t => t.includes("by autograd")));
		return [...text.matchAll(/(?:formula|autograd) +(-?[\d.e-]+)/g)].map(m => Number(m[1]))`)
	if len(numbers) != 2 || numbers[0] == 0 || numbers[0]-numbers[1] > 1e-12 || numbers[1]-numbers[0] > 1e-12 {
		t.Errorf("Problem 6: %v", numbers)
	}
	verdict := play[string](t, tab, `const box = await until(() => $("textarea").value.length > 50 && $("textarea"));
		type(box, box.value.replace(/null/g, "0"));
		await until(() => $(".verdict") && $(".verdict").dataset.code != "not-answered"); return $(".verdict").textContent`)
	if !strings.Contains(verdict, "of 9 matrices right") {
		t.Errorf("Problem 6: %s", verdict)
	}
	row := play[string](t, tab, `const box = $("textarea"), file = JSON.parse(box.value), name = "dy_3/dA_3";
		file.answer[name] = [1, 2, 3]; type(box, JSON.stringify(file));
		type(await until(() => $$("input[aria-label^='∂y₃/∂A₃']").find(e => e.value == "1")), "4");
		return JSON.stringify(JSON.parse(box.value).answer[name])`)
	if row != "[[4,2,3]]" {
		t.Errorf("Problem 6: a list of which an entry is typed becomes %s", row)
	}
}

// driveStop stops a training that has hardly begun, before all of the library is loaded.
func driveStop(t *testing.T, tab context.Context) {
	play[chromedp.Void](t, tab, `await go(5);
		const button = $$("button").find(b => b.textContent == "Train both");
		button.click(); button.click();
		await until(() => button.textContent == "Train both", 10);
		if ($$("[data-sha256]").length) throw new Error("it is trained");
		undefined`)
}

// driveTraining trains Problem 5 and compares with the command, to the bit.
func driveTraining(t *testing.T, tab context.Context, generic bool) {
	got := play[[]string](t, tab, `await go(5);
		$$("button").find(b => b.textContent == "Train both").click();
		await until(() => $$("[data-sha256]").length == 2);
		return [...$$("[data-sha256]").map(e => e.dataset.sha256), $$("[data-curve]").map(e => e.dataset.curve).join(),
			await until(() => document.body.innerText.match(/trained, in ([\d.]+)/)?.[1])]`)
	t.Logf("both losses are trained in %s seconds", got[3])
	command := exec.Command("go", "run", "../../cmd/hw4", "train", "--loss", "both", "--seeds", "1", "--json", "-q")
	command.Env = os.Environ()
	if generic {
		command.Env = append(command.Env, "HW4_ISA=generic")
	}
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, sum := range got[:2] {
		if len(sum) != 64 || !strings.Contains(string(out), sum) {
			t.Errorf("the weights have the sum %s, which 'hw4 train' has not", sum)
		}
	}
	var curve [][]float64
	if err := json.Unmarshal([]byte(got[2][:strings.Index(got[2], "]]")+2]), &curve); err != nil {
		t.Fatal(err)
	}
	for _, row := range curve {
		for _, v := range row[1:] {
			if text, _ := json.Marshal(v); !strings.Contains(string(out), string(text)) {
				t.Errorf("%s is none of the numbers of 'hw4 train'", text)
			}
		}
	}
}

// driveDigits draws a 7 by the keyboard and a 1 by the mouse.
func driveDigits(t *testing.T, tab context.Context) {
	read := play[[]string](t, tab, `await go(7);
		const pad = $("canvas.pad"), said = () => $$("[data-digit]").map(e => e.dataset.digit);
		await until(() => $("[data-total]"));
		press(pad, ...Array(6).fill("ArrowLeft"), " ", ...Array(10).fill("ArrowRight"));
		for (let i = 0; i < 16; i++) { press(pad, "ArrowDown"); if (i % 2) press(pad, "ArrowLeft"); await wait(60); }
		await until(() => said().join() == "7,7");
		const seven = said();
		const c3 = $("canvas[aria-label^=C3]");
		press(c3, "ArrowDown", "ArrowDown");
		await until(() => $(".unit strong")?.textContent.startsWith("C3"));
		$$(".wiring input")[0].click();
		await until(() => $("[data-total]").dataset.total == "60781");
		$$("button").find(b => b.textContent == "Clear").click();
		const box = pad.getBoundingClientRect(), at = (kind, x, y) => pad.dispatchEvent(new PointerEvent(kind, {
			clientX: box.left + x * box.width, clientY: box.top + y * box.height, bubbles: true, pointerId: 1}));
		pad.setPointerCapture = () => {};
		at("pointerdown", .5, .15);
		for (let i = 0; i < 14; i++) { at("pointermove", .5, .15 + i * .05); await wait(40); }
		at("pointerup", .5, .8);
		await until(() => said().join() == "1,1");
		type($("[data-number]"), "900");
		await until(() => $(".verdict")?.dataset.code == "right");
		return [...seven, ...said()]`)
	shoot(t, tab, "digit")
	if strings.Join(read, "") != "7711" {
		t.Errorf("the digits are read as %v", read)
	}
}

// checkViews looks at every room as phones, tablets and projectors show it.
func checkViews(t *testing.T, tab context.Context) {
	for i, width := range []int64{360, 800, 1600} {
		for _, mode := range []string{"light", "dark"} {
			call(t, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: mode}},
			})
			if err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900)); err != nil {
				t.Fatal(err)
			}
			for problem := 1; problem <= 7; problem++ {
				play[chromedp.Void](t, tab, fmt.Sprintf(`await go(%d); await wait(60)`, problem))
				if wide := evaluate[[]string](t, tab, sticksOut); len(wide) > 0 {
					t.Errorf("Problem %d, %d wide: wider than the page: %s", problem, width, strings.Join(wide, "; "))
				}
				if i == 0 && mode == "light" || i == 2 && mode == "dark" {
					checkAccessibility(t, tab)
				}
				shoot(t, tab, fmt.Sprintf("%d-%d-%s", problem, width, mode))
			}
		}
	}
}

// shoot keeps a picture of the page in the folder that HW4_SCREENSHOTS names, for people.
func shoot(t *testing.T, tab context.Context, name string) {
	folder := os.Getenv("HW4_SCREENSHOTS")
	if folder == "" {
		return
	}
	const png = 100
	picture, err := chromedp.Run(tab, chromedp.FullScreenshot(png))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}
