// dom.js — Job: make and fill elements: text only ever by textContent.
import { pick } from "./codes.js";

let words = {};
export function useWords(table) { words = table; }
export const say = (key, ...parts) => parts.reduce(
  (text, part, i) => text.replaceAll(`{${i}}`, part), pick(words[key]) || key);

// One handler per event; morph gives a node that stays the handler of the new drawing, which it
// finds by data-heard.
export function listen(element, type, act) {
  element.acts ??= {};
  element.dataset.heard = "";
  if (!element.acts[type])
    element.addEventListener(type, (event) => element.acts[type](event));
  element.acts[type] = act;
}

// h("button", {class: "b go", onclick: f, "aria-label": "…"}, "text", child …)
export function h(name, set = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(set)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) listen(element, key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined &&
                                                      child !== false && child !== ""));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(name, set = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(set)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
export const icon = (name) => svg("svg", { class: "i", "aria-hidden": "true" },
                                  svg("use", { href: `#i-${name}` }));

// A copy of <template id>; words of the page's table where data-w names one.
export function fromTemplate(id) {
  const copy = document.getElementById(id).content.cloneNode(true);
  translate(copy);
  return copy;
}
export function translate(root) {
  for (const element of root.querySelectorAll("[data-w]"))
    if (words[element.dataset.w]) element.textContent = say(element.dataset.w);
  for (const element of root.querySelectorAll("[data-w-label]"))
    element.setAttribute("aria-label", say(element.dataset.wLabel));
}

// A copy of <template id> with live custom elements. PARTS: what stands in each data-part: a text,
// a node, a list of nodes; null, undefined or false takes the part away. DATA: dataset of every
// [data-act] and [data-pick] in it, which also get a data-key of their own.
export function stamp(id, parts = {}, data = {}) {
  const copy = document.importNode(document.getElementById(id).content, true);
  translate(copy);
  for (const element of copy.querySelectorAll("[data-act], [data-pick]")) {
    Object.assign(element.dataset, data);
    element.dataset.key ??= [element.dataset.act ?? element.dataset.pick,
                             ...Object.values(data)].join("-");
  }
  const places = Object.entries(parts).map(([name, value]) => [name, part(copy, name), value]);
  for (const [name, place, value] of places) {   // found before any is filled: parts may nest
    if (!place) throw new Error(`${id}: no part ${name}`);
    if (value === null || value === undefined || value === false) place.remove();
    else if (typeof value === "string" || typeof value === "number")
      place.textContent = String(value);
    else place.replaceChildren(...[value].flat(Infinity).filter((c) => (c ?? "") !== ""));
  }
  return copy;
}
export const part = (root, name) => root.querySelector(`[data-part="${name}"]`);
export function put(root, name, ...children) {
  const place = part(root, name);
  place?.replaceChildren(...children.flat().filter((c) => (c ?? "") !== ""));
  return place;
}

const chipIcon = { ok: "ok", warn: "warn", info: "info", unk: "unk", off: "pen", fail: "x" };
export const chip = (kind, text, name = chipIcon[kind]) =>
  h("span", { class: `c ${kind}` }, name ? icon(name) : null, text);
const shapes = { red: ["u1", "■"], yellow: ["u2", "▲"], green: ["u3", "●"], white: ["u4", "○"] };
export const urgency = (code, text) => shapes[code]
  ? h("span", { class: `u ${shapes[code][0]}` }, `${shapes[code][1]} ${text}`) : null;
const toldKind = { not_asked: "off", unknown: "unk", none: "none", present: "info" };
export const told = (code, text) => chip(toldKind[code ?? "not_asked"] ?? "off", text);
