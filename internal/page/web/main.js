// The page: a room a problem, of which one is shown, and the address that holds what is set in it.

import {ask} from "./door.js";
import {h} from "./dom.js";
import {filterRoom} from "./filters.js";
import {commuteRoom} from "./commute.js";
import {lossesRoom} from "./losses.js";
import {backpropRoom} from "./backprop.js";
import {lenetRoom} from "./lenet.js";

// The rooms by problem: what makes one, its short name, and what to do there.
const rooms = {
  1: [filterRoom, "Difference", "Find the two filters that turn a picture into these differences. The verdict and the pictures follow every key."],
  2: [filterRoom, "Average", "Find the filters that put the mean of each square of k × k pixels in its place."],
  3: [filterRoom, "Grey", "Find the three weights that turn a colour picture into a grey one."],
  4: [commuteRoom, "Order", "Pool first, or apply σ first: is the result the same? Change X and σ, and find a case where it is not."],
  5: [lossesRoom, "Losses", "Train the same model with two losses. Which one tells 4s from 9s better? Try some seeds before you decide."],
  6: [backpropRoom, "Backprop", "Point at an edge: how much does the output change when its weight does? Then fill in matrices of your own."],
  7: [lenetRoom, "LeNet-5", "Draw a digit and follow it through both networks. Then switch connections of C3 on and off, and count."],
};
const main = document.getElementById("main");
let shown = 0, leave = null, unwritten = null, timer = 0;

// write writes the address. While a number is dragged it waits: Safari lets a page do so 100 times in 30 seconds.
function write() {
  clearTimeout(timer);
  timer = 0;
  if (unwritten) history.replaceState(null, "", unwritten);
  unwritten = null;
}

// settings reads the address: numbers, lists and words by their names.
function settings() {
  const all = {};
  for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
    try { all[name] = JSON.parse(text); } catch { all[name] = text; }
  }
  return all;
}

// show shows the room that the address names.
function show() {
  unwritten = null;
  const state = settings();
  const problem = rooms[state.problem] ? state.problem : 1;
  leave?.abort();
  const {signal} = leave = new AbortController();
  const template = document.getElementById("problem-" + problem);
  const title = `Problem ${problem}: ${template.dataset.title}`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.problem == problem) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const [furnish,, lead] = rooms[problem], whole = problem === 7; // which needs the whole width
  const room = h("div", {class: whole ? "panels whole" : "panels"});
  main.replaceChildren(h("div", {class: "head"}, h("h2", {}, title), h("p", {class: "lead"}, lead)),
    h("details", {class: whole ? "task whole" : "task", open: !whole && innerWidth >= 1200},
      h("summary", {}, "What the sheet asks"), template.content.cloneNode(true)), room);
  document.title = title;
  const save = changed => {
    if (signal.aborted) return; // the address is that of another room
    Object.assign(state, changed, {problem});
    const address = new URLSearchParams();
    for (const [name, value] of Object.entries(state)) {
      if (value != null) address.set(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    unwritten = "#" + address;
    timer ||= setTimeout(write, 400);
  };
  furnish({room, problem, state, save, signal});
  if (shown && shown !== problem) main.focus();
  shown = problem;
}

for (const template of document.querySelectorAll("template[id^=problem-]")) {
  const problem = template.id.slice("problem-".length);
  if (!rooms[problem]) continue; // there is nothing to play with
  document.getElementById("rooms").append(h("a", {href: "#problem=" + problem, "data-problem": problem,
    title: template.dataset.title, "aria-label": `Problem ${problem} ${rooms[problem][1]}`, onclick: event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      write();
      history.pushState(null, "", "#problem=" + problem);
      show();
    }}, h("b", {}, problem), " ", h("span", {}, rooms[problem][1])));
}
document.getElementById("share").addEventListener("click", async () => {
  const said = document.getElementById("shared");
  write();
  try {
    await navigator.clipboard.writeText(location.href);
    said.textContent = "copied";
  } catch { said.textContent = "copy it from the address line"; }
});
addEventListener("hashchange", show);
ask("about", {}).then(() => document.documentElement.setAttribute("data-ready", ""), () => {});
show();
