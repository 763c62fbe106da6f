// Problem 6: a small perceptron with its values; along an edge the product of Jacobians, by the formula and by
// autograd; and a judge of one's own matrices.

import {ask} from "./door.js";
import {h, fill, scroll, label, card, number, matrix, showVerdict, showError, latest, download} from "./dom.js";

const m = (tag, ...children) => h("math:" + tag, {}, ...children);
const sub = (letter, index) => m("msub", m("mi", letter), m("mrow", m("mn", String(index))));
const by = (top, bottom) => m("mfrac", m("mrow", m("mo", "∂"), top), m("mrow", m("mo", "∂"), bottom));
const times = () => m("mo", "·");

export function backpropRoom({room, state, save}) {
  state.sizes ??= [3, 4, 3, 1];
  state.activation ??= "tanh";
  state.seed ??= 0;
  let net = null, edges = [], chosen = 0;
  const drawing = h("div"), told = h("div", {role: "status", "aria-live": "polite"}), trouble = h("div", {role: "alert"});
  const verdict = h("div", {role: "status", "aria-live": "polite"});
  const own = h("textarea", {rows: 16, spellcheck: "false", "aria-label": "Your matrices: put numbers in the place of null"});

  const load = latest(async () => {
    try {
      net = await ask("network", {sizes: state.sizes, activation: state.activation, seed: state.seed});
      trouble.replaceChildren();
      draw();
      if (!state.answer) own.value = pretty(net.file);
      judge();
    } catch (error) { showError(trouble, error); }
  });

  // pretty writes an answer with a row of a matrix a line.
  const pretty = file => JSON.stringify(file, null, 1).replace(/\[[^[\]]*\]/g, row => row.replace(/\s+/g, " "));

  const judge = latest(async () => {
    let file;
    try { file = JSON.parse(own.value); } catch (error) { return showError(verdict, new Error("This is not JSON: " + error.message)); }
    try {
      showVerdict(verdict, await ask("answer", {problem: 6, file}));
    } catch (error) { showError(verdict, error); }
  });

  function draw() {
    const L = net.y.length, most = Math.max(...net.y.map(y => y.length)), W = 150 * (L - 1) + 90, H = 56 * most + 40;
    const x = l => 45 + 150 * l, y = (l, i) => 40 + (H - 40) * (i + 0.5) / net.y[l].length;
    edges = [];
    for (let l = 1; l < L; l++) for (let i = 0; i < net.y[l].length; i++) for (let j = 0; j < net.y[l - 1].length; j++) edges.push({l, i, j});
    const line = (e, kind, n) => h("svg:line", {class: kind, x1: x(e.l - 1), y1: y(e.l - 1, e.j), x2: x(e.l), y2: y(e.l, e.i), "data-edge": n,
      onpointerenter: () => choose(n), onpointerdown: () => choose(n)});
    const svg = h("svg:svg", {viewBox: `0 0 ${W} ${H}`, width: W, tabindex: 0, role: "group",
      "aria-label": "The perceptron. Arrow keys go from edge to edge.", onkeydown: event => {
        const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
        if (step) { event.preventDefault(); choose((chosen + step + edges.length) % edges.length); }
      }},
    edges.map((e, n) => line(e, "edge", n)), edges.map((e, n) => line(e, "hit", n)),
    net.y.map((layer, l) => [h("svg:text", {x: x(l), y: 16, "text-anchor": "middle"}, l ? `y_${l}` : "x = y_0"),
      layer.map((v, i) => [h("svg:circle", {class: "node", cx: x(l), cy: y(l, i), r: 22}),
        h("svg:text", {x: x(l), y: y(l, i) + 4, "text-anchor": "middle"}, number(Number(v.toFixed(2))))])]));
    drawing.replaceChildren(svg);
    choose(Math.min(chosen, edges.length - 1));
  }

  // choose shows an edge, from unit j of layer l-1 to unit i of layer l.
  function choose(n) {
    chosen = n;
    const {l, i, j} = edges[n], L = net.y.length - 1, {closed, autograd} = net;
    drawing.querySelectorAll(".edge").forEach((line, k) => {
      line.classList.toggle("on", k === n);
      line.classList.toggle("path", k !== n && (edges[k].l > l + 1 || edges[k].l === l + 1 && edges[k].j === i));
    });
    const layers = Array.from({length: L - l}, (_, k) => L - k);
    const formula = h("math:math", {display: "block"}, by(sub("y", L), m("mrow", m("msub", m("mi", "A"), m("mrow", m("mn", String(l)), m("mo", ","), m("mn", String(i + 1)), m("mo", ","), m("mn", String(j + 1)))))),
      m("mo", "="), layers.flatMap(k => [by(sub("y", k), sub("y", k - 1)), times()]), sub("D", l), times(), sub("y", l - 1));
    const from = closed["dy_L/dA_l"][l - 1][i][j], auto = autograd["dy_L/dA_l"][l - 1][i][j];
    const chain = closed["dy_L/dy_l"][l - 1][0][i], slope = closed["dy_l/db_l"][l - 1][i][i], input = net.y[l - 1][j];
    fill(told,
      h("p", {}, `A_${l}, row ${i + 1}, column ${j + 1}, is ${number(net.file.A[l - 1][i][j])}.`),
      h("div", {class: "formula", tabindex: 0, role: "group", "aria-label": "Formula"}, formula),
      h("p", {class: "sum"}, `= ${number(chain)} (dy_${L}/dy_${l}, entry ${i + 1}) · ${number(slope)} (D_${l}, entry ${i + 1}) · ` +
        `${number(input)} (y_${l - 1}, entry ${j + 1})`),
      h("p", {class: "sum"}, `by the formula ${from}`, h("br"), `by autograd    ${auto}`),
      scroll("The factors",
        layers.map(k => matrix(`dy_${k}/dy_${k - 1}`, closed["dy_l/dy_(l-1)"][k - 1])),
        matrix(`D_${l} = dy_${l}/db_${l}`, closed["dy_l/db_l"][l - 1]), matrix(`y_${l - 1}`, net.y[l - 1].map(v => [v]))));
  }

  own.addEventListener("input", () => { save({answer: own.value}); judge(); });
  if (state.answer) own.value = typeof state.answer === "string" ? state.answer : pretty(state.answer);
  const restart = changed => { save({...changed, answer: null}); state.answer = null; load(); };
  const sizes = h("input", {type: "text", value: state.sizes.join(","), size: 10, "aria-label": "sizes n_0, ..., n_L", onchange: () => {
    restart({sizes: sizes.value.split(",").map(Number)});
  }});
  const sigma = h("select", {onchange: () => restart({activation: sigma.value})});
  ask("about", {}).then(({activations}) => {
    sigma.append(...activations.map(name => h("option", {value: name}, name)));
    sigma.value = state.activation;
  }, error => showError(trouble, error));
  const seed = h("input", {type: "number", min: 0, value: state.seed, oninput: () => {
    if (Number.isInteger(seed.valueAsNumber) && seed.valueAsNumber >= 0) restart({seed: seed.valueAsNumber});
  }});
  const file = h("input", {type: "file", accept: ".json", onchange: async () => { own.value = await file.files[0].text(); judge(); }});
  room.append(
    card("The perceptron", h("div", {class: "row"}, label("sizes", sizes), label("σ", sigma), label("seed", seed)), trouble, drawing),
    card("Along an edge", told),
    h("section", {class: "card wide"}, h("h3", {}, "Your own matrices"),
      h("p", {}, "Put numbers in the place of null. A matrix with null in it counts as not answered."),
      h("div", {class: "row"}, label("or from a file", file),
        h("button", {type: "button", onclick: () => download("answer.json", own.value)}, "Save as JSON")), own, verdict));
  load();
}
