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
  const cell = (tag, v) => h(tag, {class: typeof v === "number" ? null : "text", scope: tag === "th" ? "col" : null},
    number(v));
  return scroll(caption || "Table", h("table", {},
    caption && h("caption", {}, caption),
    header && h("thead", {}, h("tr", {}, header.map(v => cell("th", v)))),
    h("tbody", {}, rows.map(row => h("tr", {}, row.map(v => cell("td", v)))))));
}

export const matrix = (name, rows) => h("table", {class: "matrix"}, h("caption", {}, name),
  h("tbody", {}, rows.map(row => h("tr", {}, row.map(v => h("td", {}, number(v)))))));

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
  const small = [["input", "X"], ["expected", "should give"], ["got", "gives"]].filter(([key]) => c?.[key])
    .map(([key, name]) => matrix(c[key].name || name, c[key].rows));
  box.replaceChildren(h("div", {class: right ? "verdict right" : "verdict", "data-code": code, "data-score": score},
    h("strong", {}, right ? report.problem <= 3 ? "Proved right" : "Right" : code === "not-answered" ? "Not answered yet" : `Not right (${code})`), report.answer.map(item), small.length > 0 && scroll("The smallest example", small),
    h("details", {}, h("summary", {}, "Evidence"), report.items.map(item),
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

// frame outlines a rectangle of a canvas.
export function frame(canvas, x, y, width, height) {
  const context = canvas.getContext("2d");
  context.strokeStyle = "#e0007a";
  context.lineWidth = Math.max(0.6, canvas.width / 160);
  context.strokeRect(x, y, width, height);
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
  const W = 420, H = 210, left = 56, bottom = 30, all = curves.flatMap(c => c.points);
  const [x0, x1] = range(all.map(p => p[0])), [y0, y1] = range(all.map(p => p[1]));
  const px = v => left + (v - x0) / (x1 - x0) * (W - left - 10), py = v => H - bottom - (v - y0) / (y1 - y0) * (H - bottom - 24);
  const short = v => number(Number(v.toPrecision(3)));
  const text = (at, v, anchor) => h("svg:text", {x: at[0], y: at[1], "text-anchor": anchor}, v);
  return h("svg:svg", {viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `${title}. ${curves.map(c => {
    const p = c.points; return p.length ? `${c.name}: from ${number(p[0][1])} to ${number(p.at(-1)[1])}` : c.name;
  }).join("; ")}`},
    h("svg:path", {class: "axis", d: `M${left} 20V${H - bottom}H${W - 10}`}),
    text([left - 4, 28], short(y1), "end"), text([left - 4, H - bottom], short(y0), "end"), text([4, 14], y, "start"),
    text([left, H - 14], short(x0), "start"), text([W - 10, H - 14], short(x1), "end"), text([W / 2, H - 4], x, "middle"),
    curves.map((c, i) => [
      c.points.length > 0 && h("svg:path", {class: c.class, d: "M" + c.points.map(p => `${px(p[0]).toFixed(1)} ${py(p[1]).toFixed(1)}`).join("L")}),
      h("svg:path", {class: c.class, d: `M${left + 60 + 170 * i} 10h24`}), text([left + 88 + 170 * i, 14], c.name, "start")]));
}

function range(values) {
  const lo = Math.min(...values), hi = Math.max(...values);
  if (!values.length) return [0, 1];
  return lo === hi ? [lo - 0.5, hi + 0.5] : [lo, hi];
}
