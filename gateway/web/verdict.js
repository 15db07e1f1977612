// verdict.js — Job: the form by which somebody judges what was done; words where it was not right.
import { say } from "../../client/web/dom.js";
import { named } from "./lists.js";

const VERDICTS = ["justified", "unjustified", "referred"];

// SEND: ({verdict, text}) -> promise; what it refuses is said in the form, and asked again.
export function askVerdict(con, title, text, send) {
  return con.ask({ title, text, ok: say("al_judge_ok"),
    fields: [{ name: "verdict", label: say("al_verdict"),
               options: VERDICTS.map((code) => [code, named("review", code)]) },
             { name: "text", label: say("al_text"), needed: false, max: 1000 }],
    act: async ({ verdict, text: words }) => {
      if (verdict !== "justified" && !words) return say("al_text_needed");
      return send({ verdict, ...(words ? { text: words } : {}) }).then(() => null, con.mistake);
    } });
}
