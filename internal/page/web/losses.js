// Problem 5: both losses are trained from the same start on the same batches.

import {ask} from "./door.js";
import {h, label, card, number, percent, table, showError, fromBase64, fromFloats, paint, chart, downloadPicture} from "./dom.js";

const losses = {mse: "sum of squares", kl: "KL divergence"};

export function lossesRoom({room, state, save, signal}) {
  const defaults = {lr: 0.0255, epochs: 3, seed: 0, batch: 64};
  const field = (name, text, step) => label(text, h("input", {type: "number", step, min: 0, value: state[name] ?? defaults[name],
    oninput: event => save({[name]: event.target.valueAsNumber})}));
  const curves = h("div", {class: "panels"}), trouble = h("div", {role: "alert"}), said = h("p", {role: "status", "aria-live": "polite"});
  const shows = Object.fromEntries(Object.keys(losses).map(name => [name, {
    weights: h("canvas", {role: "img", "aria-label": `The weight picture of the ${losses[name]}: red speaks for 9, blue for 4`, width: 28, height: 28, style: "width: 11rem"}),
    border: h("div"), mistakes: h("div", {class: "pictures"}), result: h("div"), bar: h("progress", {max: 1, value: 0, "aria-label": losses[name]}),
    steps: [], curve: [],
  }]));
  let stopper = null;

  const setting = name => Number(state[name] ?? defaults[name]);
  async function train() {
    stopper = new AbortController();
    signal.addEventListener("abort", () => stopper?.abort());
    go.textContent = "Stop";
    trouble.replaceChildren();
    const began = performance.now();
    for (const s of Object.values(shows)) { s.steps = []; s.curve = []; s.result.replaceChildren(); s.mistakes.replaceChildren(); }
    try {
      for (const name of Object.keys(losses)) await one(name);
      const right = name => `${percent(shows[name].curve.at(-1)[4])} with the ${losses[name]}`;
      said.textContent = `Both are trained, in ${((performance.now() - began) / 1000).toFixed(2)} seconds. Of the test images ` +
        `${right("mse")} and ${right("kl")} are told apart. Is that chance? See what another seed gives, and more epochs.`;
    } catch (error) { showError(trouble, error.name === "AbortError" ? new Error("stopped") : error); }
    stopper = null;
    go.textContent = "Train both";
  }
  async function one(name) {
    const s = shows[name];
    said.textContent = `Minimising the ${losses[name]}.`;
    const request = {loss: name, lr: setting("lr"), epochs: setting("epochs"), batch: setting("batch"), seed: setting("seed")};
    const end = await ask("train", request, {signal: stopper.signal, part: p => {
      s.bar.value = p.done / p.total;
      s.steps.push([request.epochs * p.done / p.total, p.loss]);
      look(name, p.state);
      draw();
    }});
    s.curve = end.curve;
    s.bar.value = 1;
    look(name, end.state);
    s.result.replaceChildren(table(["epoch", "training loss", "training accuracy", "test loss", "test accuracy"],
      end.curve.map(([e, a, b, c, d]) => [e, a, percent(b), c, percent(d)]), "Minimising the " + losses[name]),
      h("p", {class: "sum", "data-sha256": end.sha256, "data-curve": JSON.stringify(end.curve)}, `SHA-256 of the weights: ${end.sha256}`));
    s.mistakes.replaceChildren(h("p", {}, `${end.misread.count} of ${end.test} test images are misread. The surest mistakes:`),
      ...(end.misread.images ?? []).map(m => {
        const canvas = h("canvas", {role: "img", "aria-label": `a ${m.label}, taken for a ${m.said}`, style: "width: 3.5rem"});
        paint(canvas, fromBase64(m.pixels), {width: 28, height: 28, shade: "ink", most: 255});
        return h("figure", {}, canvas, h("figcaption", {}, `a ${m.label}`, h("br"), `P(${m.said}) ${m.probability.toFixed(2)}`));
      }));
    draw();
  }

  // look shows the weight picture, and the logits of the test images on both sides of the border.
  function look(name, {weights, fours, nines, reach}) {
    const s = shows[name], a = fromFloats(weights);
    paint(s.weights, a, {width: 28, height: 28, shade: "signed", most: Math.max(...a.map(Math.abs))});
    const top = Math.max(...fours, ...nines), n = fours.length;
    const bars = (counts, kind) => counts.map((c, i) => h("svg:rect", {class: kind, x: i * 8, width: 7, y: 110 - 100 * c / top, height: 100 * c / top}));
    const wrong = fours.slice(n / 2).reduce((x, y) => x + y) + nines.slice(0, n / 2).reduce((x, y) => x + y);
    s.border.replaceChildren(h("svg:svg", {viewBox: `0 0 ${8 * n} 130`, role: "img",
      "aria-label": `Test images by z: about ${wrong} are on the wrong side of the border at z = 0`},
    bars(fours, "fours"), bars(nines, "nines"), h("svg:path", {class: "axis", d: `M0 110.5H${8 * n}M${4 * n} 0V110`}),
    h("svg:text", {x: 0, y: 126}, `z = −${reach}`), h("svg:text", {x: 4 * n, y: 126, "text-anchor": "middle"}, "border, z = 0"),
    h("svg:text", {x: 8 * n, y: 126, "text-anchor": "end"}, reach)));
  }

  function draw() {
    const of = take => Object.keys(losses).map((name, i) => ({name: losses[name], class: ["first", "second"][i], points: take(shows[name])}));
    curves.replaceChildren(chart("Loss of the batches", "epoch", "loss", of(s => s.steps)),
      chart("Accuracy on the test images", "epoch", "%", of(s => s.curve.map(e => [e[0], 100 * e[4]]))));
  }

  const go = h("button", {type: "button", class: "main", onclick: () => stopper ? stopper.abort() : train()}, "Train both");
  room.append(
    h("section", {class: "card wide"}, h("h3", {}, "Train"), h("div", {class: "row"}, field("lr", "learning rate", 0.0005),
      field("epochs", "epochs", 1), field("batch", "images in a batch", 1), field("seed", "seed", 1), go), said, trouble, curves),
    ...Object.entries(shows).map(([name, s]) => card("The " + losses[name], s.bar, h("div", {class: "pictures"},
      h("figure", {}, s.weights, h("figcaption", {}, "the weights a: red speaks for 9, blue for 4"))),
    h("p", {}, "The test images by z = aᵀx + b: 4s in blue, which belong to the left of the border, and 9s in orange, to the right."), s.border, s.result, s.mistakes,
    h("button", {type: "button", onclick: () => downloadPicture(`weights-${name}.png`, s.weights)}, "Save the weight picture"))));
  draw();
}
