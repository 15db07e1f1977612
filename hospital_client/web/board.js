// board.js — Job: the ER board: draws what is on the screen now, and hears what is touched.
import "../../client/web/elements.js";
import { chip, h, part, say, stamp } from "../../client/web/dom.js";
import { bandOf, drawBand, isDrill } from "../../client/web/practice.js";
import { morph } from "../../client/web/morph.js";
import { now } from "../../client/web/time.js";
import { caseActs } from "./board_acts.js";
import { barNodes } from "./board_bar.js";
import { coverActs, coverNodes, coverOf } from "./board_cover.js";
import { board, caseShown, go, person, store } from "./board_desk.js";
import { isDark, listActs, listNodes, wallNodes } from "./board_list.js";
import { outActs, outNodes } from "./board_out.js";
import { stopPaper } from "./board_paper.js";
import { bannerNode, footNodes, patientForms, patientNodes } from "./board_patient.js";
import { canUnlock, handNodes, peopleActs } from "./board_people.js";
import { requestActs, requestTitle, urgencyOf, whoLine } from "./board_request.js";
import { requests, ringing, viewState } from "./board_state.js";
import { settingActs, settingForms, settingsNodes, tellPeople } from "./board_settings.js";
import { ring, soundState } from "./sound.js";
import { fetchAhead, viewActs } from "./board_view.js";

export const { shell } = board;
const acts = { ...requestActs, ...listActs, ...caseActs, ...coverActs, ...peopleActs, ...viewActs,
  ...outActs, ...settingActs,
  read_mistake: ({ index }) => { shell.mistakes.splice(Number(index), 1); shell.draw(); },
  down: () => go("down"),
  print_down: () => print() };
const forms = { ...patientForms, ...settingForms };

// ---- what is touched ----

function touched() {
  board.touched = Date.now();
  board.left = false;
  tellPeople();
}
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest?.("[data-act=left]")) touched();
});
document.addEventListener("keydown", touched);
document.addEventListener("click", (event) => {
  const place = event.target.closest?.("[data-act]");
  if (place && !place.disabled) acts[place.dataset.act]?.(place.dataset);
});
document.addEventListener("change", (event) => {
  const place = event.target.closest?.("[data-pick]");
  if (place) acts[place.dataset.pick]?.(place.dataset);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-form]");
  if (!form) return;
  event.preventDefault();
  forms[form.dataset.form](form);
});
// What a patient's screen shows leaves it by an act that is in the log, and by no other way.
document.addEventListener("copy", (event) => {
  if (!["patient", "out"].includes(board.screen) || event.target.closest?.("input")) return;
  event.preventDefault();
  shell.mistakes.push({ code: "", ja: say("copy_by_act"), en: say("copy_by_act"), at: now() });
  shell.draw();
});

// ---- what is drawn ----

function mistakes() {
  morph(part(document, "mistakes"), ...shell.mistakes.map((one, index) => stamp("t-mistake",
    { text: `${shell.mistakeText(one)}${one.path ? `（${one.path}）` : ""}` }, { index })));
}

// A request rings on every screen: here it is seen, on the list it is answered.
function strip(onList) {
  const first = onList ? null : requests(store())[0];
  const copy = first && stamp("t-strip", { title: requestTitle(first), what: [urgencyOf(first),
    h("b", { class: "f-l" }, whoLine(first))] });
  copy?.querySelector(".strip").classList.toggle("drill", isDrill(store(), first));
  morph(part(document, "strip"), ...(copy ? [copy] : []));
}

function main() {
  if (board.mode === "wall" && board.screen !== "settings") return wallNodes();
  if (board.hidden || (board.screen !== "list" && canUnlock() && !person())) return handNodes();
  if (board.screen === "settings") return settingsNodes();
  if (board.screen === "down") return downNodes();
  const one = caseShown();
  if (!one) return listNodes();
  const cover = coverOf(one);
  if (cover) return coverNodes(one, cover);
  return board.screen === "out" ? outNodes() : patientNodes();
}

// Only a person who is signed in stands before a patient, and only before one that there is.
function settle() {
  if (["patient", "out"].includes(board.screen) && (!person() || !caseShown())) {
    board.screen = "list";
    board.shown = null;
  }
  if (!["patient", "out"].includes(board.screen) && shell.cover?.reason !== "lease")
    shell.cover = null;
  if (board.screen === "out" && (coverOf(caseShown()) || board.hidden)) board.screen = "patient";
}

function draw() {
  settle();
  const one = board.hidden ? null : caseShown(), cover = one ? coverOf(one) : null;
  drawBand(bandOf(store().hello.profile, isDrill(store(), one)));
  morph(part(document, "bar"), ...barNodes());
  mistakes();
  strip(board.screen === "list" && !board.hidden);
  document.querySelector("offline-banner").show(store().line ?? {}, store().waiting ?? 0);
  morph(part(document, "main"), ...main());
  const foot = part(document, "foot");
  foot.hidden = !one || Boolean(cover) || board.screen !== "patient";
  if (cover || board.screen !== "out") stopPaper();
  morph(part(document, "banner"), ...(one ? [bannerNode(one, Boolean(cover))] : []));
  morph(foot, ...(foot.hidden ? [] : footNodes()));
  title(one);
  if (one && !cover && board.screen === "patient") fetchAhead(one);
}

function title(one) {
  const count = requests(store()).filter((asked) => !isDrill(store(), asked)).length;
  document.title = `${count ? `（${say("asked_count", count)}）` : ""}${say("title")}`;
  document.body.classList.toggle("on-wall", board.mode === "wall");
  document.body.classList.toggle("on-patient", Boolean(one));
}

// ---- the page for a gateway that is down: fetched while it can be ----

let downPage = null;
async function fetchDown() {
  const answer = await fetch("/hospital_client/web/down.html").catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  downPage = page.querySelector("main");
}
function downNodes() {
  const copy = downPage ? document.importNode(downPage, true).childNodes
    : [chip("warn", say("down_missing"))];
  return [stamp("t-down", { page: [...copy] })];
}

// ---- time ----

// Ages, warnings, what five minutes before the arrival means, and the end of a waiting time.
let drawn = "";
shell.onTick = () => {
  const level = ringing(store(), now(), board.mode);
  ring(level);
  tellPeople();
  const waits = [...store().cases.values()].filter((one) =>
    viewState(one, now()) === "glass_waits").length;
  const stands = [level, waits, Math.floor(now() / 60000), isDark(), soundState(new Date()).on,
    soundState(new Date()).tested].join();
  if (stands === drawn) return;
  drawn = stands;
  shell.draw();
};

shell.link.addEventListener("frame", ({ detail: frame }) => {
  if (frame.type === "local.people") store().people = frame.body.people ?? [];
  if (frame.type === "local.board") store().board = frame.body;
  if (frame.type === "local.hello") board.people = null;   // say again who is there
});

fetchDown();
shell.start(draw);
