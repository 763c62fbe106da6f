// Problems 1 to 3: the numbers of a filter, the filter over a picture, and the verdict.

import {ask} from "./door.js";
import {h, label, button, fileButton, low, card, number, matrix, showVerdict, showError, fromFloats, paint, frame, pointed, latest,
  download, downloadPicture} from "./dom.js";
import {builtIn, ofFile} from "./pictures.js";

// What is particular to a problem: the planes of its filter with their names, the shape of w and the results.
const kinds = {
  1: {planes: ["w₁, which makes Y₁", "w₂, which makes Y₂"], side: () => 3, shape: () => [2, 3, 3], results: ["Y₁, the difference down", "Y₂, the difference to the right"],
    shade: "signed", torch: "nn.Conv2d(1, 2, 3, padding=1, bias=False)", weight: "2, 1, 3, 3"},
  2: {planes: ["w₁ (red)", "w₂ (green)", "w₃ (blue)"], side: k => k, shape: k => [3, k, k], results: ["Y, the pooled picture"],
    colours: 3, torch: k => `nn.Conv2d(3, 3, ${k}, stride=${k}, groups=3, bias=False)`, weight: k => `3, 1, ${k}, ${k}`},
  3: {planes: ["w for red, green, blue"], side: () => 1, cells: 3, shape: () => [3, 1, 1], results: ["Y, in grey"],
    torch: "nn.Conv2d(3, 1, 1, bias=False)", weight: "1, 3, 1, 1"},
};

// numberIn reads a number or a fraction such as 1/9; null if the text is none.
function numberIn(text) {
  const parts = text.replace(/[−–]/g, "-").split("/").map(t => t.trim() === "" ? NaN : Number(t));
  const v = parts.length === 2 ? parts[0] / parts[1] : parts[0];
  return parts.length <= 2 && Number.isFinite(v) ? v : null;
}

// nested makes nested lists of a flat one.
function nested(values, shape) {
  if (shape.length === 1) return values.slice(0, shape[0]);
  const part = values.length / shape[0];
  return Array.from({length: shape[0]}, (_, i) => nested(values.slice(i * part, (i + 1) * part), shape.slice(1)));
}

export function filterRoom({room, problem, state, save, signal}) {
  const kind = kinds[problem], of = v => typeof v === "function" ? v(kernel()) : v;
  const kernel = () => problem === 2 ? Math.max(2, Math.min(4, Number(state.kernel) || 2)) : 1;
  const size = () => kind.shape(kernel()).reduce((a, b) => a * b);
  const weights = () => Array.isArray(state.w) && state.w.length === size() ? state.w.map(Number) : Array(size()).fill(0);
  let w = weights(), picture = null, applied = null;

  const verdict = h("div", {role: "status", "aria-live": "polite"}), editor = h("div", {class: "grids"});
  const sum = h("p", {class: "sum", role: "status", "aria-live": "polite"}, "Point at a picture, or use the arrow keys on it.");
  const windows = h("div", {class: "even loose"});
  const input = h("canvas", {role: "img", "aria-label": "X, the picture; arrow keys move the window"});
  const outputs = kind.results.map(name => h("canvas", {role: "img", "aria-label": name + "; arrow keys move the pixel"}));
  const trouble = h("div", {role: "alert"});

  const request = () => ({problem, kernel: kernel(), w: nested(w, kind.shape(kernel()))});
  const judge = latest(async () => {
    const start = performance.now();
    try { showVerdict(verdict, await ask("judge", request())); } catch (error) { showError(verdict, error); }
    performance.measure("verdict", {start});
  });
  const apply = latest(async () => {
    if (!picture || signal.aborted) return;
    try {
      const a = await ask("apply", {...request(), picture});
      applied = {...a, x: fromFloats(a.x), y: fromFloats(a.y), w: fromFloats(a.w)};
      trouble.replaceChildren();
      point(...(state.at ?? applied.result.slice(1).map(n => n >> 1)));
    } catch (error) { showError(trouble, error); }
  });
  const changed = () => { save({w}); judge(); apply(); };

  // redraw paints the picture and what the filter makes of it.
  function redraw() {
    const {x, y, shape: [c, height, width], result: [, rows, columns]} = applied;
    paint(input, x, {width, height, colours: c});
    const most = Math.max(...y.map(Math.abs), 1e-9);
    outputs.forEach((canvas, o) => paint(canvas, kind.colours === 3 ? y : y.subarray(o * rows * columns),
      {width: columns, height: rows, colours: kind.colours ?? 1, shade: kind.shade ?? "grey", most: kind.shade ? most : 1}));
    for (const canvas of [input, ...outputs]) canvas.parentElement.style.maxWidth = Math.min(32, 24 * width / height) + "rem";
  }

  // point shows the window of an output pixel, and writes its sum out.
  function point(row, column, o = 0) {
    if (!applied) return;
    const {x, y, w: dense, shape: [c, height, width], result: [, rows, columns], weight: [, , k], stride, padding} = applied;
    row = Math.min(row, rows - 1); column = Math.min(column, columns - 1);
    redraw();
    const top = row * stride - padding, left = column * stride - padding;
    frame(input, left, top, k, k, true);
    outputs.forEach(canvas => frame(canvas, column, row, 1, 1, true));
    const lines = [], shown = [], outs = applied.weight[0], short = v => number(Number(v.toPrecision(3)));
    for (let out = 0; out < outs; out++) {
      const name = `Y${outs > 1 ? low(out + 1) : ""}[${row + 1},${column + 1}]`, result = short(y[(out * rows + row) * columns + column]);
      const terms = [], from = outs === c ? out : 0; // the channel that is drawn
      const value = (channel, r, s) => r >= 0 && s >= 0 && r < height && s < width ? x[(channel * height + r) * width + s] : null;
      for (let i = 0; i < c * k * k; i++) {
        const v = dense[out * c * k * k + i], pixel = value(Math.floor(i / k / k), top + Math.floor(i / k) % k, left + i % k);
        if (v) terms.push(`${terms.length ? v < 0 ? "− " : "+ " : v < 0 ? "−" : ""}${short(Math.abs(v))}·${pixel == null ? "0 (padding)" : short(pixel)}`);
      }
      lines.push(`${name} = ${terms.join(" ") || "0, since all weights are 0"}${terms.length ? ` = ${result}` : ""}`);
      const square = of => Array.from({length: k}, (_, p) => Array.from({length: k}, (_, q) => short(of(p, q))));
      const weight = (p, q) => dense[((out * c + from) * k + p) * k + q], counts = (p, q) => weight(p, q) !== 0;
      if (k > 1) shown.push(h("div", {class: "sums"}, matrix(outs === c && c > 1 ? `X, ${["red", "green", "blue"][from]}` : "X in the window",
        square((p, q) => value(from, top + p, left + q) ?? 0), counts), "×", matrix("w" + low(out + 1), square(weight), counts),
        h("span", {class: "gives"}, "added up: ", h("strong", {}, `${name} = ${result}`))));
    }
    sum.replaceChildren(...lines.flatMap(line => [line, h("br")]));
    windows.replaceChildren(...shown);
    if (String(state.at) !== String([row, column])) save({at: [row, column]});
  }
  pointed(input, (i, j) => applied && point(Math.floor(i / applied.stride), Math.floor(j / applied.stride)), () => applied?.stride ?? 1);
  outputs.forEach(canvas => pointed(canvas, point));

  // cell is one number of the filter: typed, or dragged to the left and right.
  function cell(i, name) {
    const box = h("input", {type: "text", inputmode: "decimal", autocomplete: "off", class: "drag", value: number(w[i]), "aria-label": name});
    const set = v => { w[i] = v; changed(); };
    box.addEventListener("focus", () => box.select());
    box.addEventListener("input", () => {
      const v = numberIn(box.value);
      box.setAttribute("aria-invalid", v === null);
      if (v !== null) set(v);
    });
    box.addEventListener("keydown", event => {
      const by = {ArrowUp: 1, ArrowDown: -1}[event.key];
      if (!by) return;
      event.preventDefault();
      box.value = Number((w[i] + by * (event.shiftKey ? 0.1 : 0.25)).toFixed(6));
      set(Number(box.value));
    });
    let from = null;
    box.addEventListener("pointerdown", event => { from = {x: event.clientX, v: w[i]}; box.setPointerCapture(event.pointerId); });
    box.addEventListener("pointermove", event => {
      if (!from || Math.abs(event.clientX - from.x) < 4) return;
      box.value = Number((from.v + Math.round((event.clientX - from.x) / 6) * 0.05).toFixed(6));
      set(Number(box.value));
    });
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { from = null; });
    return box;
  }

  function edit() {
    w = weights();
    const k = kind.side(kernel()), cells = kind.cells ?? k * k, columns = kind.cells ?? k;
    editor.replaceChildren(...kind.planes.map((name, plane) => h("fieldset", {class: "grid"}, h("legend", {}, name),
      h("div", {class: "cells", style: `grid-template-columns: repeat(${columns}, max-content)`},
        Array.from({length: cells}, (_, i) => cell(plane * cells + i, kind.cells ? "weight of " + ["red", "green", "blue"][i]
          : `${name}, row ${Math.floor(i / columns) + 1}, column ${i % columns + 1}`))))));
    changed();
  }

  const torch = () => `import torch\nfrom torch import nn\n\nconv = ${of(kind.torch)}\nwith torch.no_grad():\n` +
    `    conv.weight.copy_(torch.tensor(${JSON.stringify(w)}).reshape(${of(kind.weight)}))\n`;
  const choose = h("select", {onchange: async () => { save({picture: choose.value, at: null}); state.at = null; load(builtIn[choose.value]()); }},
    Object.keys(builtIn).map(name => h("option", {value: name}, name)));
  choose.value = builtIn[state.picture] ? state.picture : "photograph";
  async function load(coming) {
    try { picture = await coming; apply(); } catch (error) { showError(trouble, error); }
  }
  // slide moves the window over the whole picture.
  let timer = 0;
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = "Slide the window"; };
  const play = button("Slide the window", () => {
    if (timer) return stop();
    let n = 0;
    play.textContent = "Stop";
    timer = setInterval(() => {
      if (!applied || n >= applied.result[1] * applied.result[2]) return stop();
      point(Math.floor(n / applied.result[2]), n % applied.result[2]);
      n += Math.max(1, Math.floor(applied.result[2] / 24));
    }, 60);
  }, "main");
  signal.addEventListener("abort", stop);

  room.append(
    card("The filter", problem === 2 && h("div", {class: "row"}, label("kernel size k", h("select", {value: kernel(), onchange: event => {
      save({kernel: Number(event.target.value), w: null}); edit();
    }}, [2, 3, 4].map(k => h("option", {value: k, selected: k === kernel()}, k))))),
    editor, h("p", {class: "hint"}, "Type a number or a fraction such as 1/9. Or drag it to the left or right, or use the arrow keys up and down."),
    h("div", {class: "row"}, button("All zero", () => { save({w: null}); edit(); }),
      button("Save as JSON", () => download("filter.json", JSON.stringify(request().w) + "\n")),
      button("Save as PyTorch", () => download("filter.py", torch())))),
    card("The verdict", verdict),
    h("section", {class: "card wide"}, h("h3", {}, "The filter over a picture"),
      h("div", {class: "row"}, play, label("picture", choose), fileButton("Picture of your own …", "image/*", file => { choose.value = ""; load(ofFile(file)); }),
        button("Save the result as PNG", () => downloadPicture("result.png", outputs[0]))),
      trouble, h("div", {class: "even"}, h("figure", {}, input, h("figcaption", {}, "X, the picture")),
        outputs.map((canvas, o) => h("figure", {}, canvas, h("figcaption", {}, kind.results[o])))),
      h("p", {class: "hint"}, "Point at a pixel: every number in the window times the weight in its place, and all added up, is one pixel of Y. A pixel is a number from 0 (dark) to 1 (bright).",
        kind.shade && " In Y blue is negative, white is 0, and red is positive."),
      windows, sum));
  edit();
  load(builtIn[choose.value]());
}
