// glass.js — Job: an emergency opening is about to happen: said on every screen of the case.
import { h, icon, say } from "../../client/web/dom.js";
import { clock } from "../../client/web/time.js";
import { hospitalName } from "./asked.js";

// It waits for some time in which the crew may object. NOW: ms.
export const pendingGlass = (shown, now) => shown.grants.filter((g) => g.break_glass && !g.revoke &&
  !g.objected && Date.parse(g.opens_at ?? "") > now);

export const glassNotes = (t, one, now) => pendingGlass(one.shown, now).map((g) => h("section",
  { class: "note urgent", role: "alert" }, icon("warn"), h("span", { class: "tx big" },
    say("break_glass", hospitalName(t.shell.store, one, g.hospital)), " ",
    say("glass_at", clock(g.opens_at, true))), h("button", { class: "b first", type: "button",
    "data-key": `object-${g.grant}`, onclick: () =>
      t.send("break_glass_object", { grant: g.grant }, one.id) }, say("object"))));
