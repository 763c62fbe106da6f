// Problem 6: a small perceptron with its values; along an edge the product of Jacobians, by the formula and by
// autograd; and a judge of one's own matrices.

import {ask} from "./door.js";
import {h, fill, scroll, label, button, fileButton, low, card, number, matrix, showVerdict, showError, latest, download} from "./dom.js";

const m = (tag, ...children) => h("math:" + tag, {}, ...children);
const sub = (letter, index) => m("msub", m("mi", letter), m("mrow", m("mn", String(index))));
const by = (top, bottom) => m("mfrac", m("mrow", m("mo", "∂"), top), m("mrow", m("mo", "∂"), bottom));
const times = () => m("mo", "·");

// inSymbols is the name of a derivative as mathematics writes it: ∂y₃/∂A₁ for dy_3/dA_1.
const inSymbols = name => name.replace(/d(\w)_(\d+)/g, (_, letter, n) => `∂${letter}${low(n)}`);

export function backpropRoom({room, state, save}) {
  state.sizes ??= [3, 4, 3, 1];
  state.activation ??= "tanh";
  state.seed ??= 0;
  let net = null, edges = [], chosen = 0;
  const drawing = h("div"), factors = scroll("The factors"), told = h("div", {role: "status", "aria-live": "polite"}), trouble = h("div", {role: "alert"});
  const verdict = h("div", {role: "status", "aria-live": "polite"});
  const cells = h("div", {class: "cells"}), which = h("select", {onchange: () => edit()});
  const own = h("textarea", {rows: 12, spellcheck: "false", "aria-label": "Your matrices: put numbers in the place of null"});

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
    if (!cells.contains(document.activeElement)) edit();
    try {
      showVerdict(verdict, await ask("answer", {problem: 6, file}));
    } catch (error) { showError(verdict, error); }
  });

  // edit shows the chosen matrix of the answer, to type its entries.
  function edit() {
    let file;
    try { file = JSON.parse(own.value); } catch { return; }
    const answer = file.answer ?? {}, names = Object.keys(answer), chosen = names.includes(which.value) ? which.value : names.at(-1);
    which.replaceChildren(...names.map(name => h("option", {value: name}, inSymbols(name))));
    which.value = chosen;
    const given = [answer[chosen] ?? []].flat(); // a list stands for a row, and a number for a matrix of one
    const rows = given.some(Array.isArray) ? given.map(row => [row].flat()) : [given];
    cells.style.gridTemplateColumns = `repeat(${rows[0]?.length || 1}, max-content)`;
    cells.replaceChildren(...rows.flatMap((row, i) => row.map((v, j) => h("input", {type: "text", inputmode: "decimal", autocomplete: "off",
      value: v ?? "", placeholder: "?", "aria-label": `${inSymbols(chosen)}, row ${i + 1}, column ${j + 1}`, oninput: event => {
        const text = event.target.value.trim(), v = text === "" ? null : Number(text.replace("−", "-"));
        event.target.setAttribute("aria-invalid", Number.isNaN(v));
        if (Number.isNaN(v)) return;
        rows[i][j] = v;
        own.value = pretty({...file, answer: {...answer, [chosen]: rows}});
        save({answer: own.value});
        judge();
      }}))));
  }

  function draw() {
    const L = net.y.length, most = Math.max(...net.y.map(y => y.length)), W = 150 * (L - 1) + 60, H = 62 * most + 30;
    const x = l => 30 + 150 * l, y = (l, i) => 30 + (H - 30) * (i + 0.5) / net.y[l].length;
    edges = [];
    for (let l = 1; l < L; l++) for (let i = 0; i < net.y[l].length; i++) for (let j = 0; j < net.y[l - 1].length; j++) edges.push({l, i, j});
    const line = (e, kind, n) => h("svg:line", {class: kind, x1: x(e.l - 1), y1: y(e.l - 1, e.j), x2: x(e.l), y2: y(e.l, e.i), "data-edge": n,
      onpointerenter: () => choose(n), onpointerdown: () => choose(n)});
    const svg = h("svg:svg", {viewBox: `0 0 ${W} ${H}`, width: "100%", style: `max-width: ${W / 12}rem`, tabindex: 0, role: "group",
      "aria-label": "The perceptron. Arrow keys go from edge to edge.", onkeydown: event => {
        const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
        if (step) { event.preventDefault(); choose((chosen + step + edges.length) % edges.length); }
      }},
    edges.map((e, n) => line(e, "edge", n)), edges.map((e, n) => line(e, "hit", n)),
    net.y.map((layer, l) => [h("svg:text", {x: x(l), y: 16, "text-anchor": "middle"}, l ? "y" + low(l) : "x = y₀"),
      layer.map((v, i) => [h("svg:circle", {class: "node", cx: x(l), cy: y(l, i), r: 25}),
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
    const layers = Array.from({length: L - l}, (_, k) => L - k), round = rows => rows.map(row => row.map(v => Number(v.toPrecision(4))));
    const formula = h("math:math", {display: "block"}, by(sub("y", L), m("mrow", m("msub", m("mi", "A"), m("mrow", m("mn", String(l)), m("mo", ","), m("mn", String(i + 1)), m("mo", ","), m("mn", String(j + 1)))))),
      m("mo", "="), layers.flatMap(k => [by(sub("y", k), sub("y", k - 1)), times()]), sub("D", l), times(), sub("y", l - 1));
    const from = closed["dy_L/dA_l"][l - 1][i][j], auto = autograd["dy_L/dA_l"][l - 1][i][j];
    const chain = closed["dy_L/dy_l"][l - 1][0][i], slope = closed["dy_l/db_l"][l - 1][i][i], input = net.y[l - 1][j];
    fill(told,
      h("p", {}, `A${low(l)}, row ${i + 1}, column ${j + 1}: the weight from unit ${j + 1} of y${low(l - 1)} to unit ${i + 1} of y${low(l)}. It is ${number(net.file.A[l - 1][i][j])}.`),
      h("div", {class: "formula", tabindex: 0, role: "group", "aria-label": "Formula"}, formula),
      h("p", {class: "sum"}, `= ${number(chain)} · ${number(slope)} · ${number(input)}`, h("br"),
        `which are entry ${i + 1} of ∂y${low(L)}/∂y${low(l)}, entry ${i + 1} of the diagonal D${low(l)}, and entry ${j + 1} of y${low(l - 1)}`),
      h("p", {class: "sum"}, `by the formula ${from}`, h("br"), `by autograd    ${auto}`));
    const parts = [
      ...layers.map(k => matrix(`∂y${low(k)}/∂y${low(k - 1)}`, round(closed["dy_l/dy_(l-1)"][k - 1]), (_, c) => k === l + 1 && c === i)),
      matrix(`D${low(l)} = ∂y${low(l)}/∂b${low(l)}`, round(closed["dy_l/db_l"][l - 1]), (r, c) => r === i && c === i),
      matrix(`y${low(l - 1)}`, round(net.y[l - 1].map(v => [v])), r => r === j)];
    fill(factors, h("div", {class: "product"}, parts.flatMap((part, n) => n ? [h("span", {}, "·"), part] : [part])));
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
  room.append(
    card("The perceptron", h("div", {class: "row"}, label("sizes of the layers", sizes), label("σ", sigma), label("seed of the numbers", seed)), trouble, drawing,
      h("p", {class: "hint"}, "The circles hold the values of the units. Point at an edge, or use the arrow keys: it turns orange, and what it acts on later turns blue.")),
    card("The derivative by the weight of this edge", told),
    h("section", {class: "card wide"}, h("h3", {}, "The factors of this derivative"), factors,
      h("p", {class: "hint"}, "The marked entries belong to this edge: the column of the unit where it ends, the slope σ′ there, and the value where it begins.")),
    h("section", {class: "card wide"}, h("h3", {}, "Your own matrices"),
      h("p", {class: "hint"}, "Compute a matrix of this perceptron by hand or by a program, and fill it in. Every matrix that is complete is judged."),
      h("div", {class: "even"},
        h("div", {}, h("div", {class: "row"}, label("matrix", which)), h("fieldset", {class: "grid"}, h("legend", {class: "silent"}, "entries"), cells)), verdict),
      h("details", {style: "margin-top: .8rem"}, h("summary", {}, "All of it as JSON"),
        h("div", {class: "row"}, fileButton("From a file …", ".json", async file => { own.value = await file.text(); save({answer: own.value}); judge(); }),
          button("Save as JSON", () => download("answer.json", own.value))),
        h("p", {class: "hint"}, "Put numbers in the place of null. A matrix with null in it counts as not answered."), own)));
  load();
}
