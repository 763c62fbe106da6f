// Problem 4: both ways around the square, for a window and an activation, which may be a curve of one's own.

import {ask} from "./door.js";
import {h, fill, scroll, label, card, number, matrix, showError, latest} from "./dom.js";

const W = 360, H = 240, reach = 4, most = 4;
const px = x => W / 2 + x / reach * (W / 2 - 12), py = y => H / 2 - y / most * (H / 2 - 12);

export function commuteRoom({room, state, save}) {
  state.window ??= [[-1, 0], [2, -3]];
  state.activation ??= "tanh";
  state.curve ??= [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];
  const around = h("div", {role: "status", "aria-live": "polite"});
  const plot = h("svg:svg", {viewBox: `0 0 ${W} ${H}`, role: "group", "aria-label": "The activation, from -4 to 4"});

  const update = latest(async () => {
    const own = state.activation === "own";
    try {
      const a = await ask("commute", {window: state.window, activation: own ? "" : state.activation, curve: own ? state.curve : null});
      draw(a.plot.map(([x, y]) => [x, Math.max(-99, Math.min(99, y))]), own);
      say(a);
    } catch (error) { showError(around, error); }
  });
  const changed = () => { save(state); update(); };

  function say(a) {
    const columns = state.window[0].length, rows = state.window.map((_, i) => a.moved.slice(i * columns, (i + 1) * columns));
    const c = a.counterexample;
    fill(around,
      scroll("The square", h("div", {class: "square"},
        matrix("X", state.window), h("span", {}, "ρ →"), matrix("ρ(X)", [[a.pooled]]),
        h("span", {}, "σ ↓"), h("span"), h("span", {}, "σ ↓"),
        matrix("σ(X)", rows), h("span", {}, "ρ →"), matrix("both ends", [["σ(ρ(X)) = ", a.pooledFirst], ["ρ(σ(X)) = ", a.pooledLast]]))),
      h("div", {class: a.equal ? "verdict right" : "verdict"}, h("strong", {}, a.equal ? "Both ways agree" : "The two ways differ"),
        h("p", {}, a.nondecreasing ? "This activation is nondecreasing: σ of the largest element is the largest σ, in every window."
          : c ? `This activation is not nondecreasing. The smallest window of integers on which the ways differ is ` +
            `X = [${number(c.x[0])} ${number(c.x[1])}]: σ(ρ(X)) = ${number(c.pooledFirst)}, ρ(σ(X)) = ${number(c.pooledLast)}.`
          : "This activation is not nondecreasing, but no window of two integers up to 20 shows it.")),
      c && h("button", {type: "button", onclick: () => {
        const row = [...c.x]; state.window = [row, [Math.min(...row), Math.min(...row)]]; edit(); changed();
      }}, "Put this window in"));
  }

  function draw(points, own) {
    const knob = (y, i) => {
      const x = i - (state.curve.length - 1) / 2;
      const set = v => { state.curve[i] = Math.max(-most, Math.min(most, Math.round(v * 4) / 4)); changed(); };
      return h("svg:circle", {class: "knob", cx: px(x), cy: py(y), r: 9, tabindex: 0, role: "slider", "data-knob": i,
        "aria-label": `σ(${x})`, "aria-valuenow": y, "aria-valuemin": -most, "aria-valuemax": most, "aria-orientation": "vertical",
        onkeydown: event => {
          const by = {ArrowUp: 0.25, ArrowDown: -0.25}[event.key];
          if (by) { event.preventDefault(); set(y + by); }
        },
        onpointerdown: event => { plot.dragged = i; plot.setPointerCapture(event.pointerId); }});
    };
    const focused = document.activeElement?.dataset?.knob;
    fill(plot,
      h("svg:path", {class: "axis", d: `M0 ${H / 2}H${W}M${W / 2} 0V${H}`}),
      h("svg:path", {class: "first", d: "M" + points.map(([x, y]) => `${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join("L")}),
      state.window.flat().map(x => h("svg:path", {class: "second", d: `M${px(x)} ${H / 2 - 6}v12`})),
      own ? state.curve.map(knob) : []);
    if (focused != null) plot.querySelector(`[data-knob="${focused}"]`)?.focus();
  }
  plot.addEventListener("pointermove", event => {
    if (plot.dragged == null) return;
    const box = plot.getBoundingClientRect();
    state.curve[plot.dragged] = Math.max(-most, Math.min(most, Math.round((0.5 - (event.clientY - box.top) / box.height) * 2 * most * 4) / 4));
    changed();
  });
  plot.addEventListener("pointerup", () => { plot.dragged = null; });

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
    card("The window X", h("fieldset", {class: "grid"}, h("legend", {}, "X"), cells)),
    card("The activation σ", h("div", {class: "row"}, label("σ", choose)), plot,
      h("p", {}, "A curve of your own has knobs: drag them, or use the arrow keys. The dashes are the elements of X.")),
    h("section", {class: "card wide"}, h("h3", {}, "Both ways around the square: the activation σ, and max pooling ρ"), around));
  edit();
  update();
}
