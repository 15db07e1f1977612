// board_desk.js — Job: what this one board screen holds beside the store: where it is, what it is.
import { Shell } from "../../client/web/shell.js";
import { words } from "./words.js";

// The address's part after #, "#second", "#wall": a bookmark keeps it, the browser keeps nothing.
const marks = location.hash.slice(1).split("&");
const MODES = ["second", "wall"];

export const board = {
  shell: new Shell(words),
  mode: MODES.find((mode) => marks.includes(mode)) ?? "main",
  screen: "list",         // "list", "patient", "settings", "out"
  shown: null,            // the case on the screen
  hidden: false,          // covered by hand
  picked: new Map(),      // inquiry -> reason of a decline, not yet sent
  away: new Set(),        // notes that somebody has read
  chosen: new Set(),      // sections marked to be taken out
  touched: null, left: false, people: null,   // people: as the program was told
};
if (marks.includes("en")) board.shell.language = "en";

export const store = () => board.shell.store;
// On the wall nobody is ever signed in, whoever else uses this browser.
export const person = () => (board.mode === "wall" ? null : store().person);
export const caseShown = () => store().cases.get(board.shown) ?? null;
export const send = (type, one, body) => board.shell.link.send(type, one?.id, body);

export function go(screen, id = null) {
  board.screen = screen;
  board.shown = id;
  board.chosen.clear();
  scrollTo(0, 0);
  board.shell.draw();
}
