// Problem 4: both ways around the square, for a window and an activation, which may be a curve of one's own.

import {ask} from "./door.js";
import {h, fill, scroll, label, button, card, number, matrix, showError, latest} from "./dom.js";

const W = 420, H = 300, reach = 4, most = 4;
const px = x => W / 2 + x / reach * (W / 2 - 16), py = y => H / 2 - y / most * (H / 2 - 16);

export function commuteRoom({room, state, save}) {
  state.window ??= [[-1, 0], [2, -3]];
  state.activation ??= "tanh";
  state.curve ??= [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];
  const around = h("div", {role: "status", "aria-live": "polite"});
  let shown = null; // the counterexample
  const put = button("Put this window in", () => {
    const row = [...shown.x]; state.window = [row, [Math.min(...row), Math.min(...row)]]; edit(); changed();
  });
  put.hidden = true;
  const plot = h("svg:svg", {viewBox: `0 0 ${W} ${H}`, role: "group", "aria-label": "The activation, from -4 to 4"});

  const update = latest(async () => {
    const own = state.activation === "own";
    try {
      const a = await ask("commute", {window: state.window, activation: own ? "" : state.activation, curve: own ? state.curve : null});
      draw(a, own);
      say(a);
    } catch (error) { showError(around, error); }
  });
  const changed = () => { save(state); update(); };

  function say(a) {
    const columns = state.window[0].length, rows = state.window.map((_, i) => a.moved.slice(i * columns, (i + 1) * columns));
    const short = v => Number(v.toPrecision(3)); // so that the square is not too wide
    const c = a.counterexample, largest = (of, v) => (i, j) => of[i][j] === v;
    fill(around,
      scroll("The square", h("div", {class: "square"},
        matrix("X", state.window, largest(state.window, a.pooled)), h("span", {class: "over"}, "ρ ⟶"), matrix("ρ(X)", [[short(a.pooled)]]),
        h("span", {}, "σ ↓"), h("span", {class: "over"}), h("span", {}, "σ ↓"),
        matrix("σ(X)", rows.map(row => row.map(short)), largest(rows, a.pooledLast)), h("span", {}, "ρ ⟶"), matrix("ρ(σ(X))", [[short(a.pooledLast)]]),
        h("span", {class: a.equal ? "meets right" : "meets"}, a.equal ? "=" : "≠"), matrix("σ(ρ(X))", [[short(a.pooledFirst)]]))),
      h("div", {class: a.equal ? "verdict right" : "verdict"}, h("strong", {}, a.equal ? "Both ways agree" : "The two ways differ"),
        h("p", {}, a.nondecreasing ? "This σ is nondecreasing: a larger x never gives a smaller σ(x). So σ of the largest element is the largest σ, " +
            "in every window, and the ways always agree."
          : c ? `This activation is not nondecreasing. The smallest window of integers on which the ways differ is ` +
            `X = [${number(c.x[0])} ${number(c.x[1])}]: σ(ρ(X)) = ${number(c.pooledFirst)}, ρ(σ(X)) = ${number(c.pooledLast)}.`
          : "This activation is not nondecreasing, but no window of two integers up to 20 shows it.")));
    put.hidden = !c;
    shown = c;
  }

  function draw(a, own) {
    const points = a.plot.map(([x, y]) => [x, Math.max(-99, Math.min(99, y))]), marks = [-4, -2, 2, 4];
    const text = (x, y, anchor, said) => h("svg:text", {class: "tick", x, y, "text-anchor": anchor}, said);
    const knob = (y, i) => {
      const x = i - (state.curve.length - 1) / 2;
      const set = v => { state.curve[i] = Math.max(-most, Math.min(most, Math.round(v * 4) / 4)); changed(); };
      return h("svg:circle", {class: "knob", cx: px(x), cy: py(y), r: 10, tabindex: 0, role: "slider", "data-knob": i,
        "aria-label": `σ(${x})`, "aria-valuenow": y, "aria-valuemin": -most, "aria-valuemax": most, "aria-orientation": "vertical",
        onkeydown: event => {
          const by = {ArrowUp: 0.25, ArrowDown: -0.25}[event.key];
          if (by) { event.preventDefault(); set(state.curve[i] + by); }
        },
        onpointerdown: event => { plot.dragged = i; plot.setPointerCapture(event.pointerId); }});
    };
    const focused = document.activeElement?.dataset?.knob;
    fill(plot,
      [-4, -3, -2, -1, 1, 2, 3, 4].map(v => h("svg:path", {class: "rule", d: `M0 ${py(v)}H${W}M${px(v)} 0V${H}`})),
      h("svg:path", {class: "axis", d: `M0 ${H / 2}H${W}M${W / 2} 0V${H}`}),
      marks.map(v => [text(px(v), H / 2 + 15, "middle", number(v)), text(W / 2 - 5, py(v) + 4, "end", number(v))]),
      text(W - 2, H / 2 - 6, "end", "x"), text(W / 2 + 6, 12, "start", "σ(x)"),
      h("svg:path", {class: "first", d: "M" + points.map(([x, y]) => `${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join("L")}),
      own ? state.curve.map(knob) : [],
      state.window.flat().map((x, i) => h("svg:circle", {class: x === a.pooled ? "point most" : "point", cx: px(x), cy: py(a.moved[i]), r: 5})));
    if (focused != null) plot.querySelector(`[data-knob="${focused}"]`)?.focus();
  }
  plot.addEventListener("pointermove", event => {
    if (plot.dragged == null) return;
    const box = plot.getBoundingClientRect();
    state.curve[plot.dragged] = Math.max(-most, Math.min(most, Math.round((0.5 - (event.clientY - box.top) / box.height) * 2 * most * 4) / 4));
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => { plot.dragged = null; });

  const cells = h("div", {class: "cells"});
  function edit() {
    cells.style.gridTemplateColumns = `repeat(${state.window[0].length}, max-content)`;
    cells.replaceChildren(...state.window.flatMap((row, i) => row.map((v, j) => h("input", {type: "number", step: 0.5, value: v,
      "aria-label": `X, row ${i + 1}, column ${j + 1}`, oninput: event => {
        if (Number.isFinite(event.target.valueAsNumber)) { state.window[i][j] = event.target.valueAsNumber; changed(); }
      }}))));
  }
  const choose = h("select", {onchange: () => { state.activation = choose.value; changed(); }});
  ask("about", {}).then(({activations}) => {
    choose.append(...[...activations, "own"].map(name => h("option", {value: name}, name === "own" ? "a curve of your own" : name)));
    choose.value = state.activation;
  }, error => showError(around, error));
  room.append(
    card("The window X", h("fieldset", {class: "grid"}, h("legend", {class: "silent"}, "X"), cells),
      h("p", {class: "hint"}, "Type other numbers. The pooling ρ takes the largest of them."),
      h("h3", {}, "The activation σ"), h("div", {class: "row"}, label("which σ", choose)), plot,
      h("p", {class: "hint"}, "The points are the elements of X, and the full one is the largest. A curve of your own has knobs: drag them up and down, " +
        "or use the arrow keys.")),
    card("Both ways around the square", around, h("div", {class: "row"}, put)));
  edit();
  update();
}
