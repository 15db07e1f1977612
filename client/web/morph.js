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
  for (const { name } of [...old.attributes])
    if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const [type, act] of Object.entries(next.acts ?? {})) listen(old, type, act);
  if (old.type === "radio" || old.type === "checkbox")
    old.checked = next.hasAttribute("checked");
}

function one(old, next) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  attributes(old, next);
  if (old.nodeName !== "TEXTAREA") children(old, next);   // what is typed is the reader's
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
