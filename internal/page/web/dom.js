// What all rooms draw with.

const spaces = {svg: "http://www.w3.org/2000/svg", math: "http://www.w3.org/1998/Math/MathML"};

// h makes an element: h("p", {class: "sum", onclick: f}, "text", child).
export function h(tag, props = {}, ...children) {
  const [space, name] = tag.split(":");
  const made = name ? document.createElementNS(spaces[space], name) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter(c => c != null && c !== false));
  return made;
}

// fill puts children in the place of those of an element.
export const fill = (box, ...children) => box.replaceChildren(...children.flat(Infinity).filter(c => c != null && c !== false));

// label puts a label around a control.
export const label = (text, control, line) => h("label", {class: line ? "line" : null}, line ? [control, text] : [text, control]);

// card is one of the parts of a room.
export const card = (title, ...children) => h("section", {class: "card"}, h("h3", {}, title), ...children);

// fileButton is a button with which a file is chosen, also the same one again.
export const fileButton = (text, accept, take) => h("label", {class: "file", style: "position: relative"}, text,
  h("input", {type: "file", accept, class: "silent", onchange: ({target}) => {
    const [file] = target.files;
    target.value = "";
    if (file) take(file);
  }}));

export const button = (text, onclick, kind) => h("button", {type: "button", class: kind, onclick}, text);

// low writes a number as an index.
export const low = n => String(n).replace(/\d/g, d => "₀₁₂₃₄₅₆₇₈₉"[d]);

// number writes a number as short as six digits allow.
export function number(v) {
  if (typeof v !== "number") return String(v ?? "");
  return String(Number(v.toPrecision(6))).replace("-", "−");
}

export const percent = v => (100 * v).toFixed(2) + " %";

// scroll is a box that is scrolled by itself where the screen is narrow.
export const scroll = (name, ...children) => h("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": name}, children);

// table makes a table of a header and rows of cells.
export function table(header, rows, caption) {
  const text = rows[0]?.map(v => !/^\s*[-−+\d]/.test(v)) ?? [];
  const cell = (tag, v, i) => h(tag, {class: text[i] ? "text" : null, scope: tag === "th" ? "col" : null}, number(v));
  return scroll(caption || "Table", h("table", {},
    caption && h("caption", {}, caption),
    header && h("thead", {}, h("tr", {}, header.map((v, i) => cell("th", v, i)))),
    h("tbody", {}, rows.map(row => h("tr", {}, row.map((v, i) => cell("td", v, i)))))));
}

// matrix shows rows of numbers, marked where hit says so.
export const matrix = (name, rows, hit = () => false) => h("figure", {class: "matrix"}, h("figcaption", {}, name),
  h("table", {role: "group", "aria-label": `${name} = ${rows.map(row => row.map(number).join(" ")).join("; ")}`},
    h("tbody", {role: "none"}, rows.map((row, i) => h("tr", {role: "none"}, row.map((v, j) =>
      h("td", {role: "none", class: hit(i, j) ? "hit" : null}, number(v))))))));

// item shows a part of a report.
function item(part) {
  switch (part.kind) {
    case "text": return h("p", {}, part.text);
    case "block": return scroll("Text", h("pre", {}, part.text));
    case "matrix": return matrix(part.name, part.rows);
    case "table": return table(part.header, part.rows);
  }
  return null;
}

// showVerdict shows what was found of an answer.
export function showVerdict(box, report) {
  const {right, score, code, counterexample: c} = report.verdict;
  const open = code === "not-answered" || code === "all-zero";
  const small = [["input", "X"], ["expected", "should give"], ["got", "gives"]].filter(([key]) => c?.[key])
    .map(([key, name]) => matrix(c[key].name || name, c[key].rows));
  const said = report.answer.filter(part => !(small.length && /^X(\[\d\])? = /.test(part.text))); // the example is drawn instead
  const hint = "Put numbers in the place of the zeros. The smallest picture that tells a wrong filter from the right one is drawn here:";
  box.replaceChildren(h("div", {class: `verdict${right ? " right" : open ? " open" : ""}`, "data-code": code, "data-score": score},
    h("strong", {}, right ? report.problem <= 3 ? "✓ Proved right" : "✓ Right" : open ? "Not answered yet" : "✗ Not right"),
    !right && !open && h("code", {}, code), code === "all-zero" ? h("p", {}, hint) : said.map(item), small.length > 0 && scroll("The smallest example", small),
    h("details", {}, h("summary", {}, "How this was checked"), report.items.map(item),
      h("ul", {}, report.checks.map(k => h("li", {}, `${k.ok ? "ok" : "FAIL"}: ${k.name}: ${k.detail}`))))));
}

export const showError = (box, error) => box.replaceChildren(h("p", {class: "error"}, error.message));

// fromBase64 and toBase64 change bytes to text and back, fromFloats reads little-endian float32.
export const fromBase64 = text => Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), c => c.charCodeAt(0));
export function toBase64(bytes) {
  if (bytes.toBase64) return bytes.toBase64();
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
}
// content returns what the page brings along under a name. web.go says how it is written.
export function content(name) {
  const box = document.getElementById("data-" + name), text = box.textContent, length = Number(box.dataset.length);
  const words = new DataView(new ArrayBuffer(4 * Math.ceil(length / 4)));
  for (let word = 0; 4 * word < length; word++) {
    let n = 0;
    for (let i = 5 * word; i < 5 * word + 5; i++) {
      const code = text.charCodeAt(i);
      n = 85 * n + code - (code > 60 ? 36 : 35);
    }
    words.setUint32(4 * word, n);
  }
  return new Uint8Array(words.buffer, 0, length);
}
export const fromFloats = text => new Float32Array(fromBase64(text).buffer.slice(0));

// The colours of maps: "grey" from black at 0 to white at 1, "ink" the other way, "signed" from blue
// over white to red, with white at 0.
const shades = {
  grey: v => { const g = 255 * Math.min(1, Math.max(0, v)); return g << 16 | g << 8 | g; },
  ink: v => shades.grey(1 - v),
  signed: v => { const t = 255 * (1 - Math.min(1, Math.abs(v))); return v < 0 ? 0xff0000 | t << 8 | t : t << 16 | t << 8 | 255; },
};

// paint draws maps, one after the other in data, as tiles of a canvas. With three colours a map has three planes.
export function paint(canvas, data, {width, height, maps = 1, columns = maps, shade = "grey", most = 1, colours = 1, gap = 1}) {
  const rows = Math.ceil(maps / columns);
  canvas.width = columns * (width + gap) - gap;
  canvas.height = rows * (height + gap) - gap;
  const context = canvas.getContext("2d"), plane = width * height, of = shades[shade];
  const image = context.createImageData(canvas.width, canvas.height), words = new Uint32Array(image.data.buffer);
  for (let m = 0; m < maps; m++) {
    const corner = Math.floor(m / columns) * (height + gap) * canvas.width + (m % columns) * (width + gap);
    for (let i = 0; i < plane; i++) {
      const at = m * plane * colours + i;
      const bgr = colours === 1 ? of(data[at] / most) : [0, 1, 2].reduce((all, c) => all | (of(data[at + c * plane] / most) & 255) << 8 * c, 0);
      words[corner + Math.floor(i / width) * canvas.width + i % width] = 0xff000000 | bgr;
    }
  }
  context.putImageData(image, 0, 0);
}

// frame outlines a rectangle of a canvas. With a ring around it, it is found from afar.
export function frame(canvas, x, y, width, height, ring) {
  const context = canvas.getContext("2d");
  context.strokeStyle = "#e0007a";
  context.lineWidth = Math.max(0.6, canvas.width / 160);
  context.strokeRect(x, y, width, height);
  if (!ring) return;
  context.beginPath();
  context.arc(x + width / 2, y + height / 2, Math.max(width, canvas.width / 24), 0, 7);
  context.stroke();
}

// pointed lets pointer and arrow keys choose a pixel of a canvas.
export function pointed(canvas, choose, step = () => 1) {
  let at = [0, 0];
  const go = (row, column) => {
    at = [Math.max(0, Math.min(canvas.height - 1, row)), Math.max(0, Math.min(canvas.width - 1, column))];
    choose(...at);
  };
  const point = event => {
    const box = canvas.getBoundingClientRect();
    go(Math.floor((event.clientY - box.top) / box.height * canvas.height),
      Math.floor((event.clientX - box.left) / box.width * canvas.width));
  };
  canvas.tabIndex = 0;
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("keydown", event => {
    const move = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
    if (!move) return;
    event.preventDefault();
    go(at[0] + step() * move[0], at[1] + step() * move[1]);
  });
}

// latest returns a function that runs one task at a time, and of the calls meanwhile only the last.
export function latest(task) {
  let running = false, waiting = null;
  return async function run(...args) {
    if (running) { waiting = args; return; }
    running = true;
    try { await task(...args); } finally {
      running = false;
      if (waiting) { const next = waiting; waiting = null; run(...next); }
    }
  };
}

// download gives the reader a file.
export function download(name, content, type = "application/octet-stream") {
  const link = h("a", {href: URL.createObjectURL(new Blob([content], {type})), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const downloadPicture = (name, canvas) => canvas.toBlob(blob => download(name, blob, "image/png"));

// chart draws curves over one axis: [{name, points: [[x, y], ...], class}].
export function chart(title, x, y, curves) {
  const W = 480, H = 260, left = 58, right = 14, top = 52, bottom = 40, all = curves.flatMap(c => c.points);
  const xs = scale([0, ...all.map(p => p[0])]), ys = scale(all.map(p => p[1]));
  const px = v => left + (v - xs.lo) / (xs.hi - xs.lo) * (W - left - right), py = v => H - bottom - (v - ys.lo) / (ys.hi - ys.lo) * (H - bottom - top);
  const text = (x, y, v, anchor, kind) => h("svg:text", {x, y, "text-anchor": anchor, class: kind}, v);
  return h("svg:svg", {viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `${title}. ${curves.map(c => {
    const p = c.points; return p.length ? `${c.name}: from ${number(p[0][1])} to ${number(p.at(-1)[1])}` : c.name;
  }).join("; ")}`},
  text(0, 16, title, "start"),
  ys.ticks.map(v => [h("svg:path", {class: "rule", d: `M${left} ${py(v)}H${W - right}`}), text(left - 8, py(v) + 4, number(v), "end", "tick")]),
  xs.ticks.map(v => text(px(v), H - bottom + 18, number(v), "middle", "tick")),
  text(0, top - 15, y, "start", "tick"), text(W - right, H - 4, x, "end", "tick"),
  h("svg:path", {class: "axis", d: `M${left} ${top}V${H - bottom}H${W - right}`}),
  curves.map((c, i) => [
    c.points.length > 0 && h("svg:path", {class: c.class, d: "M" + c.points.map(p => `${px(p[0]).toFixed(1)} ${py(p[1]).toFixed(1)}`).join("L")}),
    h("svg:path", {class: c.class, d: `M${left + 24 + 205 * i} 36h30`}), text(left + 62 + 205 * i, 41, c.name, "start")]));
}

// scale returns round bounds of values, and round numbers between them.
function scale(values) {
  if (!values.length) return {lo: 0, hi: 1, ticks: []};
  const least = Math.min(...values), span = Math.max(...values) - least || 1, power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * [1, 2, 5, 10].find(m => span / (m * power) <= 4.5), first = Math.floor(least / step);
  const steps = Math.max(1, Math.ceil((least + span) / step - 1e-9) - first);
  return {lo: first * step, hi: (first + steps) * step, ticks: Array.from({length: steps + 1}, (_, i) => (first + i) * step)};
}
