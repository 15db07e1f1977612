// board_cover.js — Job: the black field: why nothing is shown, who had opened it, what to do now.
import { word } from "../../client/web/codes.js";
import { h, say, stamp } from "../../client/web/dom.js";
import { liveGrant } from "../../client/web/store.js";
import { clock, clockAgo, now } from "../../client/web/time.js";
import { board, caseShown, go, person, send, store } from "./board_desk.js";
import { button } from "./board_list.js";

// Whether the case on the screen is covered; the reason is the headline.
export function coverOf(one) {
  const cover = board.shell.cover, s = one.shown, last = s.grants.at(-1);
  if (s.mixup) return { reason: "mixup", at: last?.revoked_at ?? cover?.at };
  if (s.ended_at) return { reason: "ended", at: s.ended_at };
  const live = liveGrant(s, now());
  if (live && board.shell.seals.veiled.has(`${live.view}/${live.grant}`))
    return { reason: "lease", at: cover?.at ?? store().line?.since };
  if (cover && (!cover.case || cover.case === one.id)) return cover;
  if (last?.revoke && last.opened_at && !liveGrant(s, now()) && !board.seen?.has(last.grant))
    return { reason: "revoked", revoke: last.revoke, at: last.revoked_at };
  return null;
}

function title(one, cover) {
  if (cover.reason === "mixup") return word("revoke_reason", "mixup");
  const revoke = cover.revoke ??
    (cover.reason === "revoked" ? one.shown.grants.at(-1)?.revoke : null);
  return revoke ? word("revoke_reason", revoke) : word("cover", cover.reason);
}

function acts(one, cover) {
  const grant = liveGrant(one.shown, now());
  const back = button("leave_cover", "back", one, { kind: "b go main", icon: "back" });
  // Another opener may still have to read it; who needs the right patient's view goes on.
  if (one.shown.must_ack) return [button("mixup_ack", "mixup_ack", one, { kind: "b go main",
    icon: "ok" }), grant ? back : null];
  if (cover.reason === "lease" && grant && person())
    return [h("p", { class: "f-l" }, say("lease_text", person().name)),
      button("uncover", "uncover_lease", one, { kind: "b go main", icon: "eye" }),
      button("leave_cover", "back", one, { kind: "b first quiet", icon: "back" })];
  return back;
}

const todo = { mixup: ["mix1", "mix2", "mix3"], lease: ["lease1", "lease2"],
               until: ["until1", "do2"], closed: ["until1"], ended: ["do2"] };

function openings(one) {
  return (one.openings ?? []).map((o) => stamp("t-row-cell", { a: o.name ?? "",
    b: (o.sections ?? []).map((name) => word("section", name)).join(say("comma")),
    c: clock(o.at) }));
}

function takenLine(one) {
  const taken = one.taken ?? [];
  return taken.length ? taken.map((row) => `${say(`how_${row.how}`)} ${(row.sections ?? [])
    .map((name) => word("section", name)).join(say("comma"))}（${clock(row.at)} ${row.name ?? ""}）`)
    .join(say("stop_mark")) : say("none_taken");
}

export function coverNodes(one, cover) {
  const rows = openings(one), kind = cover.revoke === "closed_by_viewer" ? "closed" : cover.reason;
  const when = [cover.at ? clockAgo(cover.at) : "", cover.reason === "lease" ? ""
    : say("cannot_open")].filter(Boolean).join("　");
  return [stamp("t-cover", { why: title(one, cover), when: when || null,
    act: acts(one, cover), rows, none: rows.length ? null : say("nobody_opened_here"),
    taken: takenLine(one),
    not_named: kind === "revoked" && one.shown.grants.at(-1)?.revoke === "destination_changed"
      ? say("new_not_named") : null,
    todo: (todo[kind] ?? ["do1", "do2", "do3"]).map((key) => h("li", {}, say(key))),
    acts: one.shown.mixup || one.shown.ended_at ? null
      : button("mixup", "mixup", one, { kind: "b quiet", icon: "warn" }) })];
}

export const coverActs = {
  leave_cover: () => {
    const last = caseShown()?.shown.grants.at(-1);
    if (last) (board.seen ??= new Set()).add(last.grant);
    if (board.shell.cover?.reason !== "lease") board.shell.cover = null;
    go("list");
  },
  mixup_ack: ({ case: id }) => send("mixup_ack", store().cases.get(id)),
  uncover: async ({ case: id }) => {
    const grant = liveGrant(store().cases.get(id).shown, now());
    const got = await board.shell.link.local("local.uncover", { view: grant.view,
                                                                grant: grant.grant });
    if (got.ok) return board.shell.uncover(grant.view, grant.grant);
    board.shell.mistakes.push({ ...got, at: now() });
    board.shell.draw();
  },
};
