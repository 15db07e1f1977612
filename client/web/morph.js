// morph.js — Job: make a place look like a new drawing and keep the nodes that stay.
//
// A page draws itself anew with every frame. A touch that began before ends on the same button, a
// text that is being typed (an input method may still compose it) stays, a reader is not sent back.
import { listen } from "./dom.js";

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE
  ? node.getAttribute("data-key") : null);
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName &&
  keyOf(a) === keyOf(b);

function attributes(old, next) {
  const names = next.getAttributeNames();
  for (const name of old.getAttributeNames())
    if (!names.includes(name)) old.removeAttribute(name);
  for (const name of names) {
    const value = next.getAttribute(name);
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const [type, act] of Object.entries(next.acts ?? {})) listen(old, type, act);
  if (old.type === "radio" || old.type === "checkbox")
    old.checked = next.hasAttribute("checked");
}

// Most of a drawing is what stands there already, and the browser sees that at once. It does not
// see who hears an element, nor what is chosen.
const MORE = "[data-heard], input";
const same = (old, next) => old.isEqualNode(next) && !next.matches(MORE) &&
  !next.querySelector(MORE);

// Its text is counted by the shell, from one drawing to the next.
const COUNTED = "[data-clock], [data-to], [data-from]";

function one(old, next) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  if (same(old, next)) return;
  attributes(old, next);
  // What is typed is the reader's.
  if (old.nodeName !== "TEXTAREA" && !next.matches(COUNTED)) children(old, next);
}

// The old child that becomes NEXT: the one with its key, or the next of its kind without one.
function partner(from, next) {
  const key = keyOf(next);
  for (let old = from; old; old = old.nextSibling) {
    if (alike(old, next)) return old;
    if (key === null) return null;
  }
  return null;
}

function children(place, drawing) {
  let at = place.firstChild;
  for (const next of [...drawing.childNodes]) {
    const old = partner(at, next);
    if (!old) {
      place.insertBefore(next, at);
      continue;
    }
    if (old === at) at = at.nextSibling;
    else place.insertBefore(old, at);
    one(old, next);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// NODES are used up. Text of inputs is left alone; radio and checkbox follow the drawing.
export function morph(place, ...nodes) {
  const drawing = document.createDocumentFragment();
  drawing.append(...nodes.flat().filter((node) => (node ?? "") !== "" && node !== false));
  children(place, drawing);
}
