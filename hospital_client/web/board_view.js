// board_view.js — Job: the sections of one view: what leads, what is closed, what cannot be opened.
import { word } from "../../client/web/codes.js";
import { chip, h, icon, say, stamp } from "../../client/web/dom.js";
import { documentNodes } from "../../client/web/pdf.js";
import { allergyNodes, sectionNodes, stateChip } from "../../client/web/section_view.js";
import { liveGrant } from "../../client/web/store.js";
import { clock, now } from "../../client/web/time.js";
import { board, caseShown, person, send, store } from "./board_desk.js";
import { headerFor, mayOpen, sectionsOf } from "./board_state.js";

const seen = (grant, name) => (grant
  ? board.shell.seals.section(grant.view, grant.grant, name) : null);

export function open(one, sections) {
  const grant = liveGrant(one.shown, now()), { hello } = store();
  send("open", one, { view: grant.view, grant: grant.grant, sections,
                      ...(hello.name ? { screen: hello.name } : {}) });
}

// What stands on the screen may be opened by the next touch.
export function fetchAhead(one) {
  const grant = liveGrant(one.shown, now());
  if (grant?.delivered_at && mayOpen(person()) && headerFor(store(), grant))
    board.shell.fetchAhead(grant);
}

// Why nothing can be opened, in words; null: it can.
function whyNot(one, grant, header) {
  if (!grant) return say(one.shown.grants.length ? "right_over" : "record_only");
  if (!mayOpen(person())) return say("not_viewer");
  if (grant.objected) return say("objected");
  if (grant.break_glass && grant.opens_at && Date.parse(grant.opens_at) > now())
    return say("glass_opens", clock(grant.opens_at, true));
  return header ? null : say("not_here_yet");
}

const logged = () => say("logged", person()?.name ?? "");

function lead(one, grant, header) {
  const list = sectionsOf(header), why = whyNot(one, grant, header);
  if (seen(grant, "medications") || list.lead.every((name) => seen(grant, name)) &&
      list.lead.length) return null;
  if (why) return h("p", { class: "big" }, why);
  const sections = [...list.lead, ...list.banner];
  if (sections.length === 0) return null;
  return stamp("t-open", { logged: logged() }, { case: one.id });
}

// Three honest answers for the box that can hurt: opened, not opened yet, not in this source.
export function allergyParts(one, grant, header) {
  const told = one.shown.record?.allergies, opened = seen(grant, "allergies");
  const medicines = seen(grant, "medications"), list = sectionsOf(header);
  const own = opened ?? (medicines && !list.lead.includes("allergies")
    ? { state: "not_provided" } : null);
  const hidden = list.hiddenLead.includes("allergies");
  const nodes = allergyNodes(own ?? { state: "not_provided" }, told);
  const toldNode = nodes.at(-1);
  if (hidden) return { state: stateChip("not_consented"), nodes: [toldNode] };
  if (!own) return { state: chip("off", say(grant ? "not_opened" : "no_grant"), "lock"),
                     nodes: [toldNode] };
  const first = own.state === "present" ? null : stateChip(own.state);
  return { state: first, nodes: own.state === "present" ? nodes : nodes.slice(1) };
}

export function drugNodes(one, grant, header) {
  const opened = seen(grant, "medications");
  if (sectionsOf(header).hiddenLead.includes("medications")) return [stateChip("not_consented")];
  if (!opened) return [lead(one, grant, header)];
  return [...sectionNodes("medications", opened, false), ...inDocument(one, grant, header)];
}

// The medicines came as a PDF only: it is one touch away, and then stands in their place.
function inDocument(one, grant, header) {
  const plain = seen(grant, "document");
  if (!seen(grant, "medications")?.content?.in_document) return [];
  if (plain) return [openedNodes(one, grant, "document", plain)];
  const can = !whyNot(one, grant, header) && sectionsOf(header).rest.some((row) =>
    row.name === "document" && !row.hidden && !row.closed);
  return can ? [closed(one, "document", say("open"), true)] : [];
}

function openedNodes(one, grant, name, plain) {
  const nodes = name === "document" && plain.state === "present"
    ? documentNodes(board.shell.pdf, { view: grant.view, grant: grant.grant }, plain,
                    () => open(one, ["document"]))
    : sectionNodes(name, plain, false);
  return h("section", { class: "grp", "data-key": `o-${name}` },
    h("h3", {}, word("section", name)), ...nodes.filter(Boolean));
}

function closed(one, name, text, canOpen) {
  const parts = { name: word("section", name), word: text };
  return canOpen ? stamp("t-shut", parts, { case: one.id, section: name })
    : stamp("t-closed", parts);
}

export function sectionParts(one, grant, header) {
  if (!header) return null;
  const list = sectionsOf(header), why = whyNot(one, grant, header);
  const elsewhere = inDocument(one, grant, header).length > 0 ? "document" : null;
  const rows = list.rest.filter(({ name }) => name !== elsewhere).map((row) => {
    const { name, hidden, closed: shut } = row;
    const plain = seen(grant, name);
    if (plain && !hidden) return { opened: openedNodes(one, grant, name, plain) };
    if (hidden) return { closed: closed(one, name, stateChip("not_consented"), false) };
    if (shut) return { closed: closed(one, name, stateChip("not_provided"), false) };
    return { closed: closed(one, name, why ?? say("open"), !why) };
  });
  return stamp("t-sections", { logged: why ? say("sections") : logged(),
    closed: rows.map((row) => row.closed), opened: rows.map((row) => row.opened) });
}

export function copyLine(header, grant) {
  if (!header) return null;
  const when = say("copy", clock(header.fetched_at));
  return [when, header.refetched ? `・${say("refetched")}` : "",
          header.simulator ? `・${say("simulator")}` : "",
          grant?.delivered_at ? `・${say("received_at", clock(grant.delivered_at, true))}` : ""]
    .join("");
}

// ---- what the view rests on ----

const fact = (good, text) => (good ? [icon("ok"), h("b", {}, text)] : chip("warn", text));

// RESTS: from the gateway with the record; nothing of it without a right of this hospital.
export function proofParts(rests = {}, hasGrant, difference) {
  const at = (time) => (time ? ` ${clock(time)}` : "");
  const unknown = () => chip("off", say(hasGrant ? "not_told" : "no_grant"));
  return {
    face: rests.match ? fact(rests.match === "matched", word("match", rests.match)) : unknown(),
    ground: rests.basis ? fact(rests.basis === "patient_oral",
      `${word("basis", rests.basis)}${at(rests.ground_at)}`) : unknown(),
    card: rests.card_proof ? fact(rests.card_proof !== "certificate_only",
      [word("card_proof", rests.card_proof), word("identified_by", rests.identified_by)]
        .filter(Boolean).join("・") + at(rests.card_at)) : unknown(),
    differs: { unknown: chip("off", say("not_comparable")), same: chip("none", say("same")),
               differs: chip("warn", say("yes_differs")) }[difference],
  };
}

export const viewActs = {
  open_lead: () => {
    const one = caseShown(), header = headerFor(store(), liveGrant(one.shown, now()));
    const list = sectionsOf(header);
    open(one, [...list.lead, ...list.banner]);
  },
  open_section: ({ section }) => open(caseShown(), [section]),
};
