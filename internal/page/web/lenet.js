// Problem 7: a digit goes through both networks; the sum of every unit; the connections of C3; one's own weights.

import {ask} from "./door.js";
import {h, scroll, label, button, fileButton, card, number, percent, table, showVerdict, showError, fromBase64, toBase64, fromFloats, paint, frame, pointed,
  latest, chart, download, downloadPicture} from "./dom.js";
import {ofCanvas, ofFile} from "./pictures.js";

const archs = ["original", "modern"], side = 112;
const columnsOf = {C1: 6, S2: 6, C3: 8, S4: 8, C5: 30, F6: 28, F7: 10};

export function lenetRoom({room, state, save, signal}) {
  let digit = null, chosenUnit = null, pen = null, down = false, wires = null, table1 = null;
  const nets = Object.fromEntries(archs.map(arch => [arch, {slot: arch, arch, weights: "", canvases: {}, stages: [], box: h("div", {class: "layers"}), bars: h("div", {class: "bars"}), said: h("p", {role: "status", class: "said"})}]));
  const trouble = h("div", {role: "alert"}), sum = h("div", {role: "status", "aria-live": "polite"}, h("p", {}, "Point at a pixel of a map, or use the arrow keys on it: here its sum is written out."));
  const pad = h("canvas", {class: "pad", width: side, height: side, tabindex: 0, role: "application",
    "aria-label": "Paper to draw a digit on. Arrow keys move the pen, the space bar puts it down or lifts it."});
  const sheet = h("div", {class: "paper blank"}, pad);
  const paper = pad.getContext("2d", {willReadFrequently: true});
  const where = h("p", {role: "status", "aria-live": "polite", class: "silent"});

  function clear() {
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, side, side);
    sheet.classList.add("blank");
    forget();
  }
  function forget() {
    digit = null;
    for (const net of Object.values(nets)) {
      bars(net, Array(10).fill(0));
      net.said.textContent = "No digit yet.";
      delete net.said.dataset.digit;
      net.box.replaceChildren(h("p", {class: "hint"}, "Every map of this network is shown here as soon as there is a digit."));
      net.canvases = {};
    }
  }
  const bars = (net, of) => net.bars.replaceChildren(...of.map((p, d) => h("div", {}, h("span", {style: `height: ${4 * p}rem`}), d)));
  // An example is drawn as by hand.
  function example() {
    clear();
    for (const line of [[[38, 16], [30, 60], [82, 60]], [[68, 34], [66, 98]]]) {
      pen = null;
      line.forEach(point => stroke(...point));
    }
    done();
  }
  function stroke(x, y) {
    sheet.classList.remove("blank");
    paper.strokeStyle = "#000";
    paper.lineWidth = 8;
    paper.lineCap = paper.lineJoin = "round";
    paper.beginPath();
    paper.moveTo(...(pen ?? [x, y]));
    paper.lineTo(x + 0.01, y);
    paper.stroke();
    pen = [x, y];
    see({picture: ofCanvas(pad), drawn: true});
  }
  // A drawing that is done is read as a picture of it would be.
  const done = () => { pen = null; see({picture: ofCanvas(pad)}); };
  const place = event => {
    const box = pad.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * side, (event.clientY - box.top) / box.height * side];
  };
  pad.addEventListener("pointerdown", event => { pad.setPointerCapture(event.pointerId); down = true; pen = null; sum.parentElement.classList.remove("chosen"); stroke(...place(event)); });
  pad.addEventListener("pointermove", event => { 
    const passed = event.getCoalescedEvents?.() ?? [];
    if (down) for (const e of passed.length ? passed : [event]) stroke(...place(e));
  });
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { down = false; done(); });
  let cursor = [side / 2, side / 4], drawing = false;
  pad.addEventListener("keydown", event => {
    const move = {ArrowUp: [0, -4], ArrowDown: [0, 4], ArrowLeft: [-4, 0], ArrowRight: [4, 0]}[event.key];
    if (event.key === " ") { drawing = !drawing; if (drawing) stroke(...cursor); else done(); }
    else if (move) {
      cursor = cursor.map((v, i) => Math.max(4, Math.min(side - 4, v + move[i])));
      if (drawing) stroke(...cursor);
    } else return;
    event.preventDefault();
    where.textContent = `The pen is ${drawing ? "down" : "up"}, at ${cursor[0]} to the right and ${cursor[1]} down.`;
  });

  // connections is what a request says of C3; nothing if all of the network's own connections are on.
  const connections = arch => arch === state.wired && wires ? wires : null;
  const chosen = net => ({arch: net.arch, weights: net.weights, connections: connections(net.slot)});

  // see takes a digit through both networks.
  const see = latest(async source => {
    const start = performance.now();
    try {
      const slots = Object.values(nets), answer = await ask("digit", {networks: slots.map(chosen), ...source});
      if (signal.aborted) return;
      trouble.replaceChildren();
      if (answer.blank) return forget();
      digit = source;
      answer.sights.forEach((sight, i) => showNet(slots[i], sight));
      if (chosenUnit) unit(...chosenUnit);
      if (source.drawn) performance.measure("maps", {start});
    } catch (error) { showError(trouble, error); }
  });
  const again = () => digit && see(digit);

  function showNet(net, {image, stages, probabilities, doubt}) {
    net.image = image;
    const best = probabilities.indexOf(Math.max(...probabilities));
    net.said.replaceChildren(`The ${net.slot} network${net.weights ? " with your weights" : ""} sees ${best === 8 ? "an" : "a"} ${best}, with probability `,
      h("span", {class: "nowrap"}, percent(probabilities[best]) + "."), doubt ? ` But ${doubt}.` : "");
    net.said.dataset.digit = best;
    bars(net, probabilities);
    net.stages = [{layer: "image", maps: 1, side: 28, out: fromFloats(image)}, ...stages.map(s => ({...s, out: fromFloats(s.out)}))];
    if (!net.canvases.image) {
      net.box.replaceChildren(...net.stages.map(s => {
        const canvas = net.canvases[s.layer] = h("canvas", {role: "img", "aria-label": `${s.layer}, ${s.maps} maps; arrow keys go from unit to unit`,
          class: s.layer === "image" ? "small" : null});
        if (s.layer !== "image") pointed(canvas, (y, x) => pointAt(net, s.layer, y, x));
        return h("figure", {}, canvas, h("figcaption", {}, s.layer === "image" ? "the image that the network takes: 28 × 28"
          : s.side === 1 ? `${s.layer}: ${s.maps} units` : `${s.layer}: ${s.maps} maps of ${s.side} × ${s.side}`));
      }));
    }
    net.stages.forEach(s => repaint(net, s));
  }
  function repaint(net, s) {
    paint(net.canvases[s.layer], s.out, {width: s.side, height: s.side, maps: s.maps, columns: columnsOf[s.layer] ?? 1,
      shade: s.layer === "image" ? "ink" : "signed", most: s.layer === "F7" ? Math.max(...s.out.map(Math.abs)) : 1});
  }
  function pointAt(net, layer, y, x) {
    const s = net.stages.find(t => t.layer === layer), step = s.side + 1;
    const map = Math.floor(y / step) * columnsOf[layer] + Math.floor(x / step), row = y % step, column = x % step;
    if (map < s.maps && row < s.side && column < s.side) {
      sum.parentElement.classList.add("chosen");
      unit(...chosenUnit = [net, layer, map, row, column]);
    }
  }

  // unit shows the field of a unit and writes its sum out.
  const unit = latest(async (net, layer, map, row, column) => {
    if (!digit) return;
    let u;
    const s = net.stages.find(t => t.layer === layer);
    try { u = await ask("unit", {...chosen(net), image: net.image, layer, map, row, column}); } catch (error) { return showError(sum, error); }
    if (!net.stages.includes(s) || !net.canvases[s.layer]) return; // a newer digit will ask again
    const below = net.stages[net.stages.indexOf(s) - 1];
    repaint(net, s);
    repaint(net, below);
    const corner = (t, n) => [n % (columnsOf[t.layer] ?? 1) * (t.side + 1), Math.floor(n / (columnsOf[t.layer] ?? 1)) * (t.side + 1)];
    const [x, y] = corner(s, map);
    frame(net.canvases[s.layer], x + column, y + row, 1, 1);
    const groups = u.groups.map(g => ({from: g.from, inputs: fromFloats(g.inputs), weights: fromFloats(g.weights)}));
    const connected = groups.filter(g => g.weights.some(w => w !== 0));
    for (const g of u.field.side ? connected : []) {
      const [bx, by] = corner(below, g.from);
      frame(net.canvases[below.layer], bx + u.field.column, by + u.field.row, u.field.side, u.field.side);
    }
    const open = sum.querySelector("details");
    const part = g => { let t = 0; g.inputs.forEach((v, i) => { t += v * g.weights[i]; }); return t; };
    const terms = g => [...g.inputs].map((v, i) => `${number(v)}·${number(g.weights[i])}`).join(" + ");
    sum.replaceChildren(
      h("p", {}, h("strong", {}, s.side === 1 ? `${s.layer}, unit ${map}` : `${s.layer}, map ${map}, row ${row + 1}, column ${column + 1}`),
        ` of the ${net.slot} network`),
      h("table", {class: "sum"}, h("tbody", {},
        [["bias", u.bias], ...connected.map(g => [u.field.side ? `map ${g.from} of ${below.layer}` : `all of ${below.layer}`, part(g)]),
          ["sum", u.sum], ...(s.layer === "F7" ? [] : [["tanh of the sum", u.value]])].map(([name, v], n) =>
          h("tr", {class: n > connected.length ? "last" : null}, h("td", {class: "text"}, name), h("td", {}, number(Number(v.toPrecision(5)))))))),
      h("details", {open: open?.open}, h("summary", {}, "Every term"), connected.map(g => h("p", {class: "sum"}, `map ${g.from}: ${terms(g)}`))));
  });

  // The connections of C3.
  const grid = scroll("Connections of C3"), counted = h("div", {class: "count", role: "status", "aria-live": "polite"});
  const which = h("select", {"aria-label": "network whose connections are switched", onchange: () => { save({wired: which.value, wires: null}); wires = null; startWiring().then(again); }},
    archs.map(arch => h("option", {value: arch}, arch)));
  state.wired ??= "original";
  which.value = state.wired;
  const full = () => Array.from({length: 16}, () => [0, 1, 2, 3, 4, 5]);
  async function startWiring() {
    try {
      table1 ??= (await ask("count", {})).table;
      wires = structuredClone(state.wires ?? (state.wired === "modern" ? full() : table1));
      showWiring();
      rewired(false);
    } catch (error) { showError(trouble, error); }
  }
  function showWiring() {
    const own = state.wired === "modern" ? full() : table1;
    const box = (from, out) => h("input", {type: "checkbox", checked: wires[out].includes(from),
      "aria-label": `map ${from} of S2 to map ${out} of C3`,
      title: own[out].includes(from) ? null : "Table I has no such connection: it counts, but has no trained weights and adds 0",
      onchange: event => {
        wires[out] = event.target.checked ? [...wires[out], from].sort() : wires[out].filter(n => n !== from);
        rewired(true);
      }});
    grid.replaceChildren(h("table", {class: "wiring"}, h("caption", {}, "Rows are maps of S2, columns are maps of C3."),
      h("thead", {}, h("tr", {}, h("td"), wires.map((_, out) => h("th", {scope: "col"}, out)))),
      h("tbody", {}, [0, 1, 2, 3, 4, 5].map(from => h("tr", {}, h("th", {scope: "row"}, from),
        wires.map((_, out) => h("td", {}, box(from, out))))))));
  }
  const rewired = latest(async changed => {
    let c;
    try { c = await ask("count", {connections: wires}); } catch (error) { return showError(trouble, error); }
    counted.replaceChildren(h("p", {"data-total": c.total}, h("strong", {}, `${c.edges} of 96 connections`), `, each with 5·5 weights: ${c.total} parameters. The modern network with all 96 has ` +
        `${c.modern}, ${c.modern - c.total} more.`),
      table(["layer", "weights + biases", "parameters", "modern"], [...c.rows, ["all", "", c.total, c.modern]], "Trainable parameters"));
    if (changed) { save({wires}); again(); }
  });

  // Own weights, photographs and a live training.
  // bring takes a photograph, which the browser reads, or an array of NumPy's, which the library reads.
  async function bring(f) {
    try {
      see(f.name.endsWith(".npy") ? {file: {name: f.name, content: await textOf(f)}} : {picture: await ofFile(f, 700)});
    } catch (error) { showError(trouble, error); }
  }
  const textOf = async f => toBase64(new Uint8Array(await f.arrayBuffer()));
  async function keep(f) {
    try {
      const k = await ask("keep", {name: f.name, content: await textOf(f)});
      use(k.arch === "modern" ? "modern" : "original", k);
      weightsSaid.textContent = `${f.name} holds the weights of the ${k.arch} LeNet-5, ${k.count} parameters.`;
    } catch (error) { showError(trouble, error); }
  }
  function use(slot, {arch, hash}) { Object.assign(nets[slot], {arch, weights: hash, canvases: {}}); again(); }
  const weightsSaid = h("p", {role: "status"});
  room.addEventListener("dragover", event => event.preventDefault());
  room.addEventListener("drop", event => {
    event.preventDefault();
    const f = event.dataTransfer.files[0];
    if (f) /\.(safetensors|npz|pt|pth)$/.test(f.name) ? keep(f) : bring(f);
  });
  const saveWeights = async () => {
    try {
      const saved = await ask("save", chosen(nets[state.wired]));
      download(saved.name, fromBase64(saved.content));
    } catch (error) { showError(trouble, error); }
  };

  const live = h("div"), bar = h("progress", {max: 1, value: 0, hidden: true, "aria-label": "training"}), liveSaid = h("p", {role: "status", "aria-live": "polite"});
  const losses = h("div"), epochs = h("input", {type: "number", min: 1, max: 50, value: 2});
  let stopper = null;
  signal.addEventListener("abort", () => stopper?.abort());
  const go = button("Train LeNet-5", async () => {
    if (stopper) return stopper.abort();
    stopper = new AbortController();
    go.textContent = "Stop";
    bar.hidden = false;
    const slot = state.wired, steps = [], request = {arch: slot, epochs: epochs.valueAsNumber, batch: 100, lr: 0.1, seed: 0};
    try {
      const end = await ask("lenet", request, {signal: stopper.signal, part: p => {
        if (p.line) { liveSaid.textContent = p.line; return; }
        bar.value = p.done / p.total;
        steps.push([request.epochs * bar.value, p.loss]);
        losses.replaceChildren(chart("Mean loss of the last batches", "epoch", "loss", [{name: `the ${slot} network`, class: "first", points: steps}]));
      }});
      use(slot, end);
      liveSaid.textContent = `The ${slot} network is trained, and is right on ${percent(end.curve.at(-1)[4])} of the test images. ` +
        `SHA-256 of the weights: ${end.sha256}`;
    } catch (error) { liveSaid.textContent = error.name === "AbortError" ? "stopped" : error.message; }
    stopper = null;
    bar.hidden = true;
    go.textContent = "Train LeNet-5";
  }, "main");
  ask("about", {}).then(({classes}) => live.append(classes === 10
    ? h("div", {}, h("p", {}, "Trains the network that is chosen above the connections, on MNIST, and then reads your digit with it."),
      h("div", {class: "row"}, label("epochs", epochs), go), bar, liveSaid, losses)
    : h("p", {class: "hint"}, "This page has only 4s and 9s. 'hw4 serve' trains LeNet-5 on all of MNIST.")), () => {});

  const count = h("input", {type: "number", min: 0, "data-number": true, value: state.number ?? ""}), judged = h("div", {role: "status", "aria-live": "polite"});
  const judge = latest(async () => {
    if (!Number.isInteger(count.valueAsNumber)) return;
    save({number: count.valueAsNumber});
    try { showVerdict(judged, await ask("answer", {problem: 7, number: count.valueAsNumber})); } catch (error) { showError(judged, error); }
  });
  count.addEventListener("input", judge);

  room.append(
    h("div", {class: "studio wide"},
      h("aside", {"aria-label": "The digit and the unit"},
        h("section", {class: "card draw"}, h("h3", {}, "Draw a digit"), sheet, where,
          h("div", {}, h("div", {class: "row"}, button("Clear", () => { clear(); see({picture: ofCanvas(pad)}); }), button("Example", example), button("Save as PNG", () => downloadPicture("digit.png", pad)),
            fileButton("Photo …", "image/*,.npy", bring)), trouble,
          h("p", {class: "hint"}, "In the maps blue is −1, white is 0, and red is 1."))),
        h("section", {class: "card unit"}, h("h3", {}, "The sum of a unit"), sum)),
      archs.map(arch => card(`The ${arch} network`, nets[arch].said, nets[arch].bars, nets[arch].box))),
    h("section", {class: "card wide"}, h("h3", {}, "The connections of C3"),
      h("p", {class: "hint"}, "A tick is a connection: a kernel of 5 × 5 weights from a map of S2 to a map of C3. Switch it, and see the count and the digit above."),
      h("div", {class: "row"}, label("network", which),
        button("Back to the network's own", () => { save({wires: null}); state.wires = null; startWiring().then(again); })),
      h("div", {class: "side"}, grid, counted)),
    card("Your own count", h("p", {class: "hint"}, "How many parameters has the original network, or the modern one, or how many are saved?"),
      label("a number of parameters", count), judged),
    card("Your own weights", h("div", {class: "row"}, fileButton("Weights from a file …", ".safetensors,.npz,.pt,.pth", keep),
      button("Save the weights", saveWeights)), h("p", {class: "hint"}, ".safetensors, .npz or .pt; they can be dropped on the page, too."), weightsSaid,
    h("h3", {}, "Training"), live));
  clear();
  ask("digit", {networks: archs.map(arch => ({arch})), image: toBase64(new Uint8Array(4 * 28 * 28))}).catch(() => {}); // reads the weights
  startWiring();
  judge();
}
