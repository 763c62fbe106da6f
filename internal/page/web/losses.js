// Problem 5: both losses are trained from the same start on the same batches.

import {ask} from "./door.js";
import {h, label, button, card, number, percent, table, showError, fromBase64, fromFloats, paint, chart, downloadPicture} from "./dom.js";

const losses = {mse: "sum of squares", kl: "KL divergence"};

export function lossesRoom({room, state, save, signal}) {
  const defaults = {lr: 0.0255, epochs: 3, seed: 0, batch: 64};
  const field = (name, text, step) => label(text, h("input", {type: "number", step, min: 0, value: state[name] ?? defaults[name],
    oninput: event => save({[name]: event.target.valueAsNumber})}));
  const curves = h("div", {class: "panels"}), trouble = h("div", {role: "alert"}), said = h("p", {role: "status", "aria-live": "polite"});
  const shows = Object.fromEntries(Object.keys(losses).map(name => [name, {
    weights: h("canvas", {role: "img", "aria-label": `The weight picture of the ${losses[name]}: red speaks for 9, blue for 4`, width: 28, height: 28, style: "width: 11rem"}),
    border: h("div"), box: h("div"), mistakes: h("div", {class: "mistakes"}), result: h("div", {class: "narrow"}), bar: h("progress", {max: 1, value: 0, "aria-label": losses[name]}),
    steps: [], curve: [],
  }]));
  let stopper = null;
  const runs = [], past = h("div");

  async function train() {
    const settings = Object.fromEntries(Object.keys(defaults).map(name => [name, Number(state[name] ?? defaults[name])]));
    stopper = new AbortController();
    signal.addEventListener("abort", () => stopper?.abort());
    go.textContent = "Stop";
    Object.values(shows).forEach(s => { s.bar.value = 0; s.bar.hidden = s.box.parentElement.hidden = false; });
    trouble.replaceChildren();
    const began = performance.now();
    for (const s of Object.values(shows)) { s.steps = []; s.curve = []; s.result.replaceChildren(); s.mistakes.replaceChildren(); }
    try {
      for (const name of Object.keys(losses)) await one(name, settings);
      const [mse, kl] = Object.keys(losses).map(name => shows[name].curve.at(-1)[4]);
      said.textContent = `Both are trained, in ${((performance.now() - began) / 1000).toFixed(2)} seconds. Of the test images ` +
        `${percent(mse)} are told apart with the sum of squares, and ${percent(kl)} with the KL divergence.`;
      runs.push([settings.seed, percent(mse), percent(kl), `${mse >= kl ? "+" : "−"}${(100 * Math.abs(mse - kl)).toFixed(2)}`, settings.epochs,
        settings.lr, settings.batch]);
      past.replaceChildren(h("h3", {}, "Your trainings"), table(["seed", "sum of squares", "KL divergence", "difference", "epochs", "learning rate",
        "batch"], runs, "Right on the test images"),
      h("p", {class: "hint"}, "Is the difference chance? Train with other seeds, and with more epochs: does its sign stay? Does it shrink?"));
    } catch (error) { showError(trouble, error.name === "AbortError" ? new Error("stopped") : error); }
    stopper = null;
    go.textContent = "Train both";
    Object.values(shows).forEach(s => { s.bar.hidden = true; });
  }
  async function one(name, settings) {
    const s = shows[name];
    said.textContent = `Minimising the ${losses[name]}.`;
    const request = {loss: name, ...settings};
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
      end.curve.map(([e, a, b, c, d]) => [e, a.toFixed(4), percent(b), c.toFixed(4), percent(d)]), "Minimising the " + losses[name]),
      h("details", {}, h("summary", {}, "To compare with 'hw4 train'"),
        h("p", {class: "sum", "data-sha256": end.sha256, "data-curve": JSON.stringify(end.curve)}, `SHA-256 of the weights: ${end.sha256}`)),
      h("p", {}, `${end.misread.count} of ${end.test} test images are misread. The surest mistakes:`));
    s.mistakes.replaceChildren(
      ...(end.misread.images ?? []).map(m => {
        const canvas = h("canvas", {role: "img", "aria-label": `a ${m.label}, taken for a ${m.said}`, });
        paint(canvas, fromBase64(m.pixels), {width: 28, height: 28, shade: "ink", most: 255});
        return h("figure", {}, canvas, h("figcaption", {}, `a ${m.label}`, h("br"), `read as ${m.said}`, h("br"), percent(m.probability)));
      }));
    draw();
  }

  // look shows the weight picture, and the logits of the test images on both sides of the border.
  function look(name, {weights, fours, nines, reach}) {
    const s = shows[name], a = fromFloats(weights);
    s.box.hidden = false;
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
    if (!Object.values(shows).some(s => s.steps.length)) return;
    const of = take => Object.keys(losses).map((name, i) => ({name: losses[name], class: ["first", "second"][i], points: take(shows[name])}));
    curves.replaceChildren(chart("Mean loss of the last batches", "epoch", "loss", of(s => s.steps)),
      chart("Accuracy on the test images", "epoch", "%", of(s => s.curve.map(e => [e[0], 100 * e[4]]))));
  }

  const go = button("Train both", () => stopper ? stopper.abort() : train(), "main");
  room.append(
    h("section", {class: "card wide"}, h("h3", {}, "Train both losses from the same start"),
      h("div", {class: "row"}, field("lr", "learning rate", 0.0005), field("epochs", "epochs", 1), field("batch", "images in a batch", 1),
        field("seed", "seed", 1), go), said, trouble, curves, past),
    ...Object.entries(shows).map(([name, s]) => {
      s.box.append(h("div", {class: "side"}, h("figure", {}, s.weights, h("figcaption", {}, "the weights a")),
        h("div", {}, h("p", {class: "hint"}, "Where it is red, ink speaks for a 9; where it is blue, for a 4."),
          button("Save as PNG", () => downloadPicture(`weights-${name}.png`, s.weights)))),
        h("h3", {}, "The test images by z = aᵀx + b"), s.border,
        h("p", {class: "hint"}, "The 4s (blue) belong to the left of the border, the 9s (orange) to the right of it."),
        s.result, s.mistakes);
      const shown = card("The " + losses[name], s.bar, s.box);
      s.box.hidden = shown.hidden = true;
      return shown;
    }));
  said.textContent = "Press “Train both”: it takes about a second. You see the losses fall, the weights grow, and which images are misread.";
}
