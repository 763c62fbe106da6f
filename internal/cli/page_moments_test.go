package cli_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// What a reader does at an awkward moment: goes back, types very fast, changes a number
// while something is trained, and takes the same file again.
func TestPageAtAwkwardMoments(t *testing.T) {
	browser(t)
	tab, address := browse(t), pageServed(t)
	for name, script := range map[string]string{
		"Back shows the room before": `await go(1);
			await until(() => location.hash.includes("w="));
			await go(4);
			history.back();
			await until(() => location.hash.includes("problem=1") && $("h2").textContent.startsWith("Problem 1"));
			return "right"`,
		"the address has the last of many changes": `await go(3);
			const cell = await until(() => $(".cells input"));
			const own = History.prototype.replaceState;
			let writes = 0; // Safari refuses the 101st in 30 seconds
			history.replaceState = (...args) => { if (++writes > 20) throw new Error("too often"); own.apply(history, args); };
			for (let i = 1; i <= 400; i++) type(cell, i / 8);
			await until(() => location.hash.includes(encodeURIComponent("[50,0,0]")));
			delete history.replaceState;
			return "right"`,
		"the address that is left has the last change": `await go(3);
			type(await until(() => $(".cells input")), "0.625");
			await go(4);
			history.back();
			await until(() => $("h2").textContent.startsWith("Problem 3") && $(".cells input")?.value == "0.625");
			return "right"`,
		"both losses are trained with the settings at the start": `await go(5);
			const field = $$("label").find(l => l.textContent == "seed").querySelector("input");
			const send = fetch;
			const seeds = [];
			window.fetch = (url, options) => {
				if (String(url).endsWith("train")) { seeds.push(JSON.parse(options.body).seed); type(field, "5"); }
				return send(url, options);
			};
			$$("button").find(b => b.textContent == "Train both").click();
			await until(() => $$("[data-sha256]").length == 2 && /trained, in/.test(document.body.innerText));
			window.fetch = send;
			const row = $$("table").find(t => t.caption?.textContent == "Right on the test images").rows[1];
			return seeds.join() == "0,0" && row.cells[0].textContent == "0" ? "right" : seeds + " and " + row.textContent`,
		"a file can be taken again": `await go(6);
			const input = await until(() => $("input[type=file]"));
			const files = new DataTransfer();
			files.items.add(new File(["{}"], "a.json"));
			input.files = files.files;
			input.dispatchEvent(new Event("change"));
			return input.value === "" ? "right" : "the browser keeps " + input.value`,
		"a file stays in the address": `await go(6);
			await until(() => $("textarea").value.length > 50);
			const input = $("input[type=file]"), files = new DataTransfer();
			files.items.add(new File([$("textarea").value.replace("null", "77.5")], "a.json"));
			input.files = files.files;
			input.dispatchEvent(new Event("change"));
			await until(() => $("textarea").value.includes("77.5"));
			await go(4);
			history.back();
			await until(() => $("textarea")?.value.includes("77.5"));
			return "right"`,
		"the photograph is there again after a picture": `await go(1);
			const choose = await until(() => $$("select").find(s => s.options[0]?.value == "shapes"));
			const canvas = $("canvas[aria-label^='X']"), files = new DataTransfer();
			await until(() => canvas.width > 100);
			const other = new OffscreenCanvas(9, 9); other.getContext("2d").fillRect(0, 0, 4, 4);
			files.items.add(new File([await other.convertToBlob()], "a.png", {type: "image/png"}));
			const input = $("input[type=file]");
			input.files = files.files;
			input.dispatchEvent(new Event("change"));
			await until(() => canvas.width == 9);
			return choose.value === "" ? "right" : "chosen is still " + choose.value`,
		"a network is whole when another is switched": `await go(7);
			await until(() => $("[data-total]"));
			$$("button").find(b => b.textContent == "Example").click();
			const shown = () => $$(".bars")[0].innerHTML;
			await until(() => $("[data-digit]")); await wait(500);
			const before = shown();
			for (const box of $$(".wiring input:checked").slice(0, 20)) { box.click(); await wait(30); }
			await until(() => shown() != before); await wait(500);
			const which = $("select[aria-label^='network whose']");
			which.value = "modern"; which.dispatchEvent(new Event("change"));
			await until(() => shown() == before);
			return "right"`,
		"a pen that the browser takes away is lifted": `await go(7);
			await until(() => $("[data-total]"));
			const pad = $("canvas.pad"), paper = pad.getContext("2d");
			const ink = () => paper.getImageData(0, 0, 112, 112).data.filter(v => v == 0).length;
			const box = pad.getBoundingClientRect(), at = (kind, x, y) => pad.dispatchEvent(new PointerEvent(kind, {
				clientX: box.left + x * box.width, clientY: box.top + y * box.height, bubbles: true, pointerId: 1}));
			pad.setPointerCapture = () => {};
			at("pointerdown", .2, .2); at("pointermove", .2, .3); at("pointercancel", .2, .3);
			const drawn = ink();
			at("pointermove", .8, .8);
			return ink() == drawn ? "right" : "it still draws"`,
		"a page that is cleared stays blank": `await go(7);
			await until(() => $("[data-total]"));
			$$("button").find(b => b.textContent == "Example").click();
			$$("button").find(b => b.textContent == "Clear").click();
			await wait(1500);
			return $("[data-digit]") ? "there is still a digit" : "right"`,
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			// A page of its own: each room remembers what was done in it.
			if err := chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Navigate(address)); err != nil {
				t.Fatal(err)
			}
			if said := play[string](t, tab, script); said != "right" {
				t.Error(said)
			}
		})
	}
}
