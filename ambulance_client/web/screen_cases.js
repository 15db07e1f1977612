// screen_cases.js — Job: incidents and their patients, a new one, a case offered or claimed.
import { chip, h, icon, say } from "../../client/web/dom.js";
import { word } from "../../client/web/codes.js";
import { isDrill } from "../../client/web/practice.js";
import { shortId } from "../../client/web/store.js";
import { clockAgo } from "../../client/web/time.js";
import { ulid } from "../../client/web/ulid.js";
import { spokenName, whoIs } from "./banner.js";
import { downLink, lookChoices } from "./screen_people.js";
import { nextOf } from "./next.js";
import { incidentsOf, placeOf, wantCard } from "./pending.js";
import { drawClaims, openClaims } from "./screen_takeover.js";

const form = { open: false, drill: false, number: "", patients: 1, error: null };
// Practice is being begun: its frame stands before the case is there.
export const formIsDrill = () => form.open && form.drill;

// Waits for a card at once when there is only one patient that it can belong to.
export function readCard(t, one) {
  t.reading = { case: one.id, error: one.shown.card_error, at: performance.now() };
  t.local("local.card", { act: "read", case: one.id }).then((answer) => {
    if (!answer.ok) t.reading = null;
    t.redraw();
  });
  t.redraw();
}
export function stopReading(t) {
  t.reading = null;
  t.shell.link.local("local.card", { act: "cancel" });
  t.redraw();
}

// しおみ2・372: what is said on the phone; ends as the case's id does. Practice says so first.
const spoken = (t, id, drill) => {
  const { crew } = t.shell.store.hello;
  if (!crew && !drill) return {};
  return { spoken_name: [drill && "訓練", crew, shortId(id).slice(-4)].filter(Boolean).join("・") };
};

export function openCase(t, { incident, number, no, of, previous, drill }) {
  const id = ulid();
  t.send("case_open", { incident, ...(number ? { incident_number: number } : {}),
    ...(previous ? { previous_case: previous } : {}), patient_no: no, patients: of,
    ...(drill ? { training: true } : {}), ...spoken(t, id, drill) }, id);
  return id;
}

// Out of practice into the real thing: one touch, nothing to fill in.
export function openLive(t) {
  Object.assign(form, { open: false, drill: false, number: "", patients: 1 });
  const id = openCase(t, { incident: ulid(), no: 1, of: 1 });
  t.go(id);
  readCard(t, { id, shown: {} });
}

function openIncident(t) {
  const incident = ulid();
  const ids = [];
  for (let no = 1; no <= form.patients; no++)
    ids.push(openCase(t, { incident, number: form.number.trim(), no, of: form.patients,
                           drill: form.drill }));
  const many = form.patients > 1;
  Object.assign(form, { open: false, drill: false, number: "", patients: 1 });
  if (many) return t.redraw();
  t.go(ids[0]);
  readCard(t, { id: ids[0], shown: {} });
}

function newIncident(t) {
  const number = h("input", { id: "inc", maxlength: 60, autocomplete: "off", value: form.number,
                              "data-key": "inc" });
  number.addEventListener("input", () => { form.number = number.value; });
  const step = (by) => {
    form.patients = Math.min(9, Math.max(1, form.patients + by));
    t.redraw();
  };
  const begin = form.drill ? "practice_begin" : "open_incident";
  return { key: "new", main: h("section", { class: form.drill ? "card drill" : "card now" },
    h("h1", {}, say(form.drill ? "practice_new" : "new_incident")),
    form.drill ? h("p", { class: "big" }, say("practice_new_text")) : null,
    h("div", { class: "f" }, h("label", { for: "inc" }, say("incident_number")), number,
      h("p", { class: "help" }, say("incident_help"))),
    h("h2", {}, say("how_many")), h("div", { class: "num" },
      h("button", { class: "b quiet", type: "button", "data-key": "less", "data-again": true,
        "aria-label": say("less"), onclick: () => step(-1) }, icon("minus")),
      h("output", { "aria-live": "polite" }, say("people", form.patients)),
      h("button", { class: "b quiet", type: "button", "data-key": "more", "data-again": true,
        "aria-label": say("more"), onclick: () => step(1) }, icon("plus")))),
  dock: [t.mainButton(begin, "go", () => openIncident(t)),
         t.button("back", "back", () => {
           Object.assign(form, { open: false, drill: false });
           t.redraw();
         })] };
}

function mate(t, one) {
  const place = placeOf(t.shell.store, one), who = whoIs(t, one), s = one.shown;
  const next = nextOf(t.facts(one));
  const other = s.device && s.device !== t.shell.store.hello.device;
  return h("button", { class: "b quiet wide mate", type: "button", "data-key": `case-${one.id}`,
    disabled: other, onclick: () => t.go(one.id) },
  h("span", { class: `nth p${((place.no - 1) % 4) + 1}` }, say("nth", place.of, place.no)),
  h("span", { class: "grow" }, h("b", {}, who.name ?? say("name_not_yet")),
    h("small", {}, [spokenName(one), who.sex && word("sex", who.sex),
                    s.destination_name].filter(Boolean).join("　"))),
  one.unsent ? chip("warn", say("unsent"), "off") : null,
  s.ended_at ? chip("off", word("case_end", s.end), "lock")
    : other ? chip("off", say("with_others"), "car") : chip("info", say(`next_${next}`), "go"));
}

function incident(t, group) {
  const over = group.cases.every((one) => one.shown.ended_at);
  const first = group.cases[0];
  const { drill } = group, title = say(drill ? "practice_new" : "incident");
  return h("section", { class: drill ? "card drill" : "card", "aria-label": title },
    h("div", { class: "hd" }, h("h2", {}, `${title} ${group.number ?? shortId(group.id)}`),
    drill ? chip("drill", say("drill"), "info") : null,
    h("span", { class: "sub" }, clockAgo(first.shown.opened_at ?? first.made_at))),
  group.cases.map((one) => mate(t, one)),
  over ? null : h("button", { class: "b quiet", type: "button", "data-key": `add-${group.id}`,
    onclick: () => t.go(openCase(t, { incident: group.id, number: group.number, drill,
      no: group.cases.length + 1, of: group.cases.length + 1 })) }, icon("plus"),
  say("add_patient")));
}

// A case offered to this tablet: no more is known than that there is one.
function offers(t) {
  const { store } = t.shell;
  return [...store.cases.values()].filter((one) => one.shown.offered_at && !one.shown.opened_at &&
    one.shown.device !== store.hello.device).map((one) => h("section", { class: "card key" },
    h("h2", {}, say("offered_here", shortId(one.id))), h("p", {}, say("offered_text")),
    h("button", { class: "b go wide", type: "button", "data-key": `take-${one.id}`,
      onclick: async () => { if (await t.send("takeover_accept", {}, one.id)) t.redraw(); } },
        icon("ok"), say("take_over"))));
}

// A card lies in the reader and nobody said whose it is.
export function whoseCard(t, except) {
  const { card } = t.shell.store;
  if (!card?.good || t.reading || t.cardUsed) return null;
  const wanted = wantCard(t.shell.store).filter((one) => one.id !== except);
  if (wanted.length === 0) return null;
  return h("section", { class: "card now" }, h("h2", {}, icon("card"), ` ${say("whose_card")}`),
    wanted.map((one) => {
      const place = placeOf(t.shell.store, one);
      return h("button", { class: "b wide mate", type: "button", "data-key": `whose-${one.id}`,
        onclick: () => { t.go(one.id); readCard(t, one); } },
      h("span", { class: `nth p${((place.no - 1) % 4) + 1}` }, say("nth", place.of, place.no)),
      h("span", {}, h("b", {}, whoIs(t, one).name ?? say("name_not_yet")),
        h("small", {}, spokenName(one))),
      isDrill(t.shell.store, one) ? chip("drill", say("drill"), "info") : null);
    }));
}

export function drawCases(t) {
  if (form.open) return newIncident(t);
  if (t.claims) return drawClaims(t);
  const groups = incidentsOf(t.shell.store).map((group) => ({ ...group, cases: group.cases.filter(
    (one) => one.unsent || one.shown.opened_at || one.shown.opened) }))
    .filter((group) => group.cases.length);
  const drills = groups.filter((group) => group.drill);
  const left = t.left ? h("section", { class: "note", role: "status" }, icon("info"), h("span",
    { class: "tx big" }, say("case_left", t.left)), h("button", { class: "b quiet", type: "button",
    "data-key": "left", onclick: () => { t.left = null; t.redraw(); } }, say("put_away"))) : null;
  return { main: [h("h1", {}, say("cases")), left, offers(t), whoseCard(t),
    groups.length === 0 ? h("p", { class: "big" }, say("no_cases")) : null,
    groups.filter((group) => !group.drill).map((group) => incident(t, group)),
    drills.length ? h("h2", {}, say("practice_head")) : null,
    drills.map((group) => incident(t, group)), lookChoices(t),
    t.button("claim", "car", () => openClaims(t), "b quiet wide"), downLink()],
  dock: [t.mainButton("new_incident", "plus", () => { form.open = true; t.redraw(); }),
         t.shell.store.hello.profile === "training" ? null : t.button("practice_start", "info",
           () => { Object.assign(form, { open: true, drill: true }); t.redraw(); }),
         h("div", { class: "row even" },
    t.button("change_person", "person", () => t.changePerson()),
    t.button("sign_out", "lock", () => t.local("local.sign_out")))] };
}
