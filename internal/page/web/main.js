// The page: a room a problem, of which one is shown, and the address that holds what is set in it.

import {ask} from "./door.js";
import {h} from "./dom.js";
import {filterRoom} from "./filters.js";
import {commuteRoom} from "./commute.js";
import {lossesRoom} from "./losses.js";
import {backpropRoom} from "./backprop.js";
import {lenetRoom} from "./lenet.js";

const rooms = {1: filterRoom, 2: filterRoom, 3: filterRoom, 4: commuteRoom, 5: lossesRoom, 6: backpropRoom, 7: lenetRoom};
const main = document.getElementById("main");
let shown = 0, leave = null, written = "";

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
  const room = h("div", {class: "panels"});
  main.replaceChildren(h("h2", {}, title),
    h("details", {open: innerWidth > 700}, h("summary", {}, "What the sheet asks"), template.content.cloneNode(true)), room);
  document.title = title;
  const save = changed => {
    if (signal.aborted) return; // the address is that of another room
    Object.assign(state, changed, {problem});
    const address = new URLSearchParams();
    for (const [name, value] of Object.entries(state)) {
      if (value != null) address.set(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    written = "#" + address;
    history.replaceState(null, "", written);
  };
  rooms[problem]({room, problem, state, save, signal});
  if (shown && shown !== problem) main.focus();
  shown = problem;
}

for (const template of document.querySelectorAll("template[id^=problem-]")) {
  const problem = template.id.slice("problem-".length);
  document.getElementById("rooms").append(h("a", {href: "#problem=" + problem, "data-problem": problem,
    title: template.dataset.title, onclick: event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.pushState(null, "", "#problem=" + problem);
      show();
    }}, "Problem " + problem));
}
document.getElementById("share").addEventListener("click", async () => {
  const said = document.getElementById("shared");
  try {
    await navigator.clipboard.writeText(location.href);
    said.textContent = "copied";
  } catch { said.textContent = "copy it from the address line"; }
});
addEventListener("hashchange", () => { if (location.hash !== written) show(); });
ask("about", {}).then(() => document.documentElement.setAttribute("data-ready", ""), () => {});
show();
