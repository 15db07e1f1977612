// dock.js — Job: the thumb's place: the one next thing, and what can be done at any time.
import { h, icon, say } from "../../client/web/dom.js";
import { nextOf } from "./next.js";

const icons = { vitals: "pulse", record: "pen", talk: "talk", hospitals: "hospital", change: "car",
                mixup: "warn", other: "more" };

// What is always possible; once the destination is fixed, the safety acts are seen, too.
export function always(t, facts) {
  const names = facts.fixed ? ["vitals", "record", "talk", "change", "mixup", "other"]
    : ["vitals", "record", "hospitals", "other"];
  return h("nav", { "aria-label": say("always") }, names.map((name) => h("button",
    { class: "b quiet nv", type: "button", "data-key": `nav-${name}`,
      "aria-pressed": t.screen === name ? "true" : undefined,
      onclick: () => t.show(name === "change" ? "hospitals" : name) },
    icon(icons[name]), say(`nav_${name}`))));
}

const nextIcons = { card: "card", ground: "talk", ask: "find", identity: "person",
  grant: "hospital",
                    inquiry: "hospital", answers: "clock", destination: "ok", arrive: "hospital",
                    handover: "ok" };

// From any other screen one touch leads to the next thing.
export function nextButton(t, facts) {
  const next = nextOf(facts);
  return h("button", { class: "b go main", type: "button", "data-key": "next",
    onclick: () => t.go(t.case) },
  icon(nextIcons[next] ?? "go"), say("next", say(`next_${next}`)));
}

export const back = (t) => t.button("back", "back", () => t.go(t.case));
