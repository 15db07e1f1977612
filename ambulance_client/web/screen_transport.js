// screen_transport.js — Job: on the way: delivery in four facts, arrival, messages, hand-over.
import { ask } from "../../client/web/ask.js";
import { word } from "../../client/web/codes.js";
import { chip, h, icon, say } from "../../client/web/dom.js";
import { liveGrant } from "../../client/web/store.js";
import { clock, clockAgo, dayClock, iso, now } from "../../client/web/time.js";
import { hospitalName } from "./asked.js";
import { always, back, nextButton } from "./dock.js";
import { nextOf } from "./next.js";
import { recordOf, talksOf, vitalsOf } from "./pending.js";
import { phoneLink } from "./phone.js";
import { sentFor, unseenSoon, viewSteps } from "./steps.js";

function delivery(times, label) {
  const steps = document.createElement("delivery-steps");
  steps.show(times, label);
  return steps;
}

function where(t, one, facts) {
  const s = one.shown, name = facts.connected ? hospitalName(t.shell.store, one, facts.destination)
    : s.destination_name || say("not_connected_short");
  return h("section", { class: "card key", "aria-labelledby": "d1" }, h("div", { class: "hd" },
    h("h1", { id: "d1" }, say("going_to", name)), h("span", {}, s.arrived_at ? h("b",
      { class: "f-xl" }, say("arrived_at", clock(s.arrived_at))) : s.eta_at ? [`${say("eta")} `,
      h("b", { class: "f-xxl" }, h("time", {}, clock(s.eta_at))), " ", facts.handed ? ""
        : h("span", { "data-to": s.eta_at })] : say("eta_unknown"))),
  facts.handed ? null : h("div", { class: "row even" },
    facts.arrived ? null : t.button("change_eta", "clock", () => t.show("eta"), "b first"),
    t.button("nav_talk", "talk", () => t.show("talk"), "b first")));
}

function viewCopy(t, one, facts) {
  const s = one.shown;
  const grant = facts.grant ?? s.grants.findLast((g) => g.hospital === facts.destination);
  const waits = sentFor(t.shell.store, one.id, grant);
  if (!grant && !waits) {
    const refused = facts.there?.basis === "refused";
    return h("section", { class: "card" }, h("div", { class: "hd" }, h("h2", {}, say("view_copy")),
      chip("off", say(refused ? "not_shown_refused" : "not_shown_here"), "hide")),
    facts.matched && !refused && facts.connected && !facts.handed
      ? t.button("show_too", "go", () => t.show("grant"), "b first wide") : null);
  }
  const opened = (at, name) => (name ? say("opened_by", name, clockAgo(at))
    : say("opened_there", clockAgo(at)));
  const opener = grant?.opened_at ? chip("ok", opened(grant.opened_at, grant.opened_by))
    : unseenSoon(s, grant, now()) ? chip("warn", say("unseen")) : null;
  return h("section", { class: "card", "aria-labelledby": "d2" }, h("div", { class: "hd" },
    h("h2", { id: "d2" }, say("view_copy")), h("span", {}, (grant?.sections ?? []).slice(0, 3)
      .map((name) => word("section", name)).join("、")), opener),
  grant?.revoke ? h("p", { class: "note" }, icon("info"), h("span", { class: "tx big" },
    word("revoke_reason", grant.revoke), ` ${clock(grant.revoked_at)}`)) : null,
  unseenSoon(s, grant, now()) ? h("p", { class: "note warn" }, icon("warn"), h("span",
    { class: "tx big" }, say("unseen_text")), phoneLink(t.shell.store, facts.destination)) : null,
  delivery(viewSteps(grant, waits), say("view_copy")));
}

// The record has no fact of its own for "is at the hospital": that step is not drawn.
function crewRecord(t, one) {
  const s = one.shown, { unsent } = recordOf(t.shell.store, one);
  const list = vitalsOf(t.shell.store, one), there = list.findLast((v) => !v.unsent);
  const waits = unsent || list.some((v) => v.unsent);
  return h("section", { class: "card", "aria-labelledby": "d3" }, h("div", { class: "hd" },
    h("h2", { id: "d3" }, say("crew_record")), waits ? chip("warn", say("unsent"), "off")
      : chip("ok", say("all_sent"))), h("dl", { class: "kv" },
    h("div", {}, h("dt", {}, say("record_saved")), h("dd", {}, clockAgo(s.record_at) ||
      say("not_yet"))), h("div", {}, h("dt", {}, say("vitals_saved")), h("dd", {},
      there ? clockAgo(there.content.at) : say("not_yet"))),
    h("div", {}, h("dt", {}, say("record_opened")), h("dd", {}, clockAgo(s.record_opened_at) ||
      say("not_yet")))));
}

function messages(t, one, count) {
  const list = talksOf(t.shell.store, one).slice(0, count);
  return h("section", { class: "card", "aria-labelledby": "d4" }, h("div", { class: "hd" },
    h("h2", { id: "d4" }, say("nav_talk")), h("span", { class: "sub" }, say("newest_first"))),
  list.length ? h("ul", { class: "ms" }, list.map((m) => h("li", {}, h("span", { class: "hd2" },
    h("b", {}, `${say(m.mine ? "crew" : "hospital")} ${m.name ?? ""}`), h("time", {},
      clockAgo(m.at)), m.unsent ? chip("warn", say("unsent"), "off") : null),
  h("p", {}, m.text)))) : h("p", {}, say("no_messages")));
}

const arrive = (t, one) => t.send("arrived", {}, one.id);

async function handover(t, one) {
  await ask({ title: say("handover"), text: say("handover_text"), ok: say("handover_ok"), fields: [
    { name: "physician", label: say("physician"), max: 120, needed: false }],
  act: async ({ physician }) => {
    const { done } = t.shell.link.send("handover", one.id, { at: iso(now()),
      ...(physician ? { physician } : {}) });
    if (!t.shell.store.line?.up) return null;   // may come late
    const answer = await done;
    return answer.type === "receipt" ? null : t.shell.mistakeText(answer.body);
  } });
}

function over(t, one, facts) {
  const text = facts.ended ? say("case_over", word("case_end", one.shown.end))
    : facts.confirmed ? say("both_said") : facts.connected ? say("confirm_waits")
      : say("crew_said");
  const who = one.texts.findLast((x) => x.kind === "handover_confirm")?.content?.physician;
  return h("section", { class: facts.confirmed ? "note ok" : "note", role: "status" }, icon("ok"),
    h("span", { class: "tx" }, h("b", { class: "big" }, text), h("br"),
      [facts.handed && `${say("crew")} ${clock(facts.handed)}`,
       facts.confirmed && `${say("hospital")} ${clock(facts.confirmed)} ${who ?? ""}`]
        .filter(Boolean).join("・")));
}

export function drawTransport(t, one, facts) {
  const next = nextOf(facts), live = liveGrant(one.shown, now());
  const main = next === "arrive" ? t.mainButton("arrived", "hospital", () => arrive(t, one))
    : next === "handover" ? t.mainButton("handed", "ok", () => handover(t, one))
    : facts.handed || facts.ended ? t.mainButton("to_cases", "back", () => t.go(null))
    : nextButton(t, facts);
  const early = next === "arrive" ? h("div", { class: "row even" },
    t.button("handed", "ok", () => handover(t, one))) : null;
  if (!facts.fixed && !facts.ended) return { main: h("section", { class: "card" }, h("h1", {},
    say("step_handover")), h("p", { class: "big" }, say("no_destination_yet"))),
  dock: [nextButton(t, facts), always(t, facts)] };
  return { key: next, main: [facts.handed || facts.ended ? over(t, one, facts) : null,
    where(t, one, facts), facts.connected ? viewCopy(t, one, facts) : h("p",
      { class: "note" }, icon("phone"), h("span", { class: "tx big" }, say("by_phone_only"))),
    crewRecord(t, one), messages(t, one, 3), live?.until && facts.handed ? h("p", {},
      say("grant_until", dayClock(live.until))) : null],
  dock: [main, early, always(t, facts)] };
}

// ---- messages ----

export function drawTalk(t, one, facts) {
  const draft = t.draft("talk", () => ({ text: "" }));
  const input = h("textarea", { id: "talk", maxlength: 1000,
                              "data-key": "talk" });
  input.value = draft.text;
  input.addEventListener("input", () => { t.draft("talk").text = input.value; });
  const send = () => {
    if (!draft.text.trim()) return;
    t.send("talk", { text: draft.text.trim() }, one.id);
    draft.text = document.getElementById("talk").value = "";
    t.redraw();
  };
  const can = facts.fixed && facts.connected;
  return { main: [h("h1", {}, say("nav_talk")), can ? h("section", { class: "card" },
    h("div", { class: "f" }, h("label", { for: "talk" }, say("to_hospital",
      hospitalName(t.shell.store, one, facts.destination))), input),
    h("button", { class: "b go wide", type: "button", "data-key": "talk-send", onclick: send },
      icon("go"), say("send"))) : h("p", { class: "note" }, icon("info"), h("span",
      { class: "tx big" }, say(facts.fixed ? "by_phone_only" : "talk_later"))),
  messages(t, one, 30)], dock: [nextButton(t, facts), back(t), always(t, facts)] };
}

// ---- ETA ----

export function drawEta(t, one, facts) {
  const draft = t.draft("eta", () => ({ minutes: one.shown.eta_at ? Math.max(1, Math.round(
    (Date.parse(one.shown.eta_at) - now()) / 60000)) : 15, place: "" }));
  const set = (minutes) => { draft.minutes = Math.min(240, Math.max(1, minutes)); t.redraw(); };
  const send = () => {
    const eta_at = iso(now() + draft.minutes * 60000), at = draft.place.trim();
    t.send("eta", at ? { eta_at, place: at } : { eta_at }, one.id);
    t.drop("eta");
    t.go(one.id);
  };
  const place = h("input", { id: "eta-place", maxlength: 60, autocomplete: "off",
    "data-key": "eta-place", value: draft.place });
  place.addEventListener("input", () => { draft.place = place.value; });
  return { main: [h("h1", {}, say("change_eta")), h("section", { class: "card" },
    h("div", { class: "num" }, h("button", { class: "b quiet", type: "button", "data-key": "e-",
      "aria-label": say("minus_min"), onclick: () => set(draft.minutes - 1) }, icon("minus")),
    h("output", { "aria-live": "polite" }, say("minutes", draft.minutes)),
    h("button", { class: "b quiet", type: "button", "data-key": "e+", "aria-label":
      say("plus_min"), onclick: () => set(draft.minutes + 1) }, icon("plus"))),
    h("div", { class: "picks" }, [5, 10, 15, 20, 30, 45].map((n) => h("button", { class: "b quiet",
      type: "button", "data-key": `e${n}`, "aria-pressed": String(draft.minutes === n),
      onclick: () => set(n) }, say("minutes", n)))), h("div", { class: "f" },
    h("label", { for: "eta-place" }, say("f_place")), place))],
  dock: [h("button", { class: "b go main", type: "button", "data-key": "eta-send",
    onclick: send }, icon("clock"), say("send_eta", clock(now() + draft.minutes * 60000))),
  back(t), always(t, facts)] };
}
