// banner.js — Job: whose case this is, and how far it is: on every screen of the case.
import { h, icon, say } from "../../client/web/dom.js";
import { morph } from "../../client/web/morph.js";
import { isDrill } from "../../client/web/practice.js";
import { liveView, shortId } from "../../client/web/store.js";
import { clock } from "../../client/web/time.js";
import { nextOf, screenOf, stepsOf } from "./next.js";
import { placeOf, recordOf } from "./pending.js";

// Card identity only once it was said to be this person's; else what was told.
export function whoIs(t, one) {
  const { seals, cover, store } = t.shell;
  const view = liveView(one.shown);
  const covered = t.hidden || (cover && (!cover.view || cover.view === view?.view)) ||
    t.mixupUnread(one);
  if (t.hidden) return { absent: say("covered_word") };
  if (t.mixupUnread(one)) return { absent: say("not_shown") };
  const told = recordOf(store, one).record;
  const card = !covered && view?.match === "matched"
    ? seals.section(view.view, undefined, "person")?.content : null;
  if (card) return { ...card, absent: say("not_known") };
  const absent = !view ? undefined : say(view.match === "matched" ? "open_to_see" : "before_check");
  return { name: told.name, kana: told.kana, sex: told.sex, birth_date: told.birth_date,
           age: told.age, absent };
}

export const spokenName = (one) => one.shown.opened?.spoken_name ?? shortId(one.id);

export function drawBanner(t, banner, one) {
  const place = placeOf(t.shell.store, one);
  const colour = `p${((place.no - 1) % 4) + 1}`;
  banner.hidden = false;
  banner.show(whoIs(t, one), [...(isDrill(t.shell.store, one) ? [[say("kind"), say("drill")]] : []),
    [say("case_no"), one.shown.opened?.incident_number
    ?? shortId(one.id)],
    [say("spoken"), spokenName(one)],
    [say("nth_label"), say("nth", place.of, place.no), true]]);
  banner.classList.add(colour);
  banner.classList.toggle("many", place.of > 1);
  banner.querySelector(".nth").classList.add(colour);
}

const screens = { opened: "other", card: "card", ground: "ground", view: "view",
                  inquiry: "hospitals", destination: "hospitals", handover: "transport" };
const icons = { done: "ok", now: "go", skip: "unk", unk: "ring" };

function word(row, next) {
  if (row.state === "now") return say(`now_${next}`);
  if (row.state === "done") return row.at ? say("done_at", clock(row.at)) : say("done");
  return say(row.state === "skip" ? "skipped" : "not_yet");
}

// The step that a screen belongs to; of two the one that is to be done.
function ofScreen(rows, here) {
  const mine = rows.filter((row) => screens[row.key] === here ||
    (here === "identity" && row.key === "view") || (here === "grant" &&
      row.key === "destination") ||
    (here === "noview" && row.key === "card"));
  return mine.find((row) => row.state === "now") ?? mine.find((row) => row.state !== "done") ??
    mine.at(-1);
}

export function drawSteps(t, nav, one, facts) {
  const next = nextOf(facts), here = t.screen ?? screenOf(next);
  nav.hidden = false;
  nav.setAttribute("aria-label", say("steps"));
  const rows = stepsOf(one, facts);
  const shown = ofScreen(rows, here);
  morph(nav, h("ol", { class: "steps" }, rows.map((row) => h("li", {},
    h("button", { class: row.state === "skip" ? "without" : row.state, type: "button",
      "data-key": `step-${row.key}`,
      "aria-current": row === shown ? "step" : undefined,
      onclick: () => t.show(row.key === "view" && facts.view && !facts.matched ? "identity"
        : screens[row.key]) },
    icon(icons[row.state]), h("span", {}, say(`step_${row.key}`)),
    h("span", { class: "st" }, word(row, next)))))));
}
