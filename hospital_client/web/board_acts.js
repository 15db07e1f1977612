// board_acts.js — Job: acts with a reason or a second touch: hand-over, mix-up, extension, undoing.
import { ask } from "../../client/web/ask.js";
import { keysOf, word } from "../../client/web/codes.js";
import { say } from "../../client/web/dom.js";
import { liveGrant } from "../../client/web/store.js";
import { iso, now } from "../../client/web/time.js";
import { board, person, send, store } from "./board_desk.js";

const named = (id) => store().cases.get(id);
const reason = { name: "reason", max: 1000 };

// One form; what was typed goes into the message when it was not put away.
async function tell(id, type, form, body = (got) => got) {
  const got = await ask(form);
  const one = named(id);
  if (got && one) send(type, one, body(got, one));
}

export const caseActs = {
  handover: ({ case: id }) => tell(id, "handover_confirm", { title: say("handover"),
    text: say("handover_text"), ok: say("handover"),
    fields: [{ name: "physician", label: say("physician") }] },
  (got) => ({ at: iso(now()), ...got })),

  mixup: ({ case: id }) => tell(id, "mixup", { title: say("mixup"), text: say("mixup_text"),
    ok: say("mixup"), danger: true, fields: [{ name: "kind", label: say("mixup_which"),
      options: keysOf("mixup").map((code) => [code, word("mixup", code)]) }] }),

  extend: ({ case: id }) => tell(id, "extend", { title: say("extend"), text: say("extend_text"),
    ok: say("extend"), fields: [{ ...reason, label: say("reason") }] },
  (got, one) => ({ grant: liveGrant(one.shown, now())?.grant, ...got })),

  take_back: ({ case: id }) => tell(id, "acceptance_withdraw", { title: say("take_back"),
    text: say("take_back_text"), ok: say("take_back"), danger: true,
    fields: [{ ...reason, label: say("reason") }] }),

  break_glass: ({ case: id }) => tell(id, "break_glass", { title: say("break_glass"),
    text: say("glass_text", person()?.name ?? ""), ok: say("break_glass_ok"), danger: true,
    fields: [{ ...reason, label: say("glass_reason") }] }),

  // Taken off this screen in this turn; the log hears of it.
  close_view: ({ case: id }) => {
    const one = named(id), grant = liveGrant(one.shown, now());
    board.shell.seals.forget(grant);
    send("close_view", one, { view: grant.view, grant: grant.grant });
    board.shell.draw();
  },
};
