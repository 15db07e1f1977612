// log_state.js — Job: ask the gateway for proofs, and check them here before anything is said.
import { checkReceipt, fromBase64, LogFault } from "./log_check.js";

export const askLog = async (con, body = {}) =>
  (await con.link.ask("log_query", body, "log_state")).body;

// One entry: {entry, leaf (text of the entry's bytes), size, signature, proof}. Throws LogFault.
export async function proveEntry(con, entry) {
  const { leaf, proof } = await askLog(con, { entry });
  if (!leaf || !proof) throw new LogFault("the gateway gave no proof");
  const bytes = fromBase64(leaf);
  const { index, checkpoint } = await checkReceipt(bytes, proof, await con.witness.key);
  if (index !== entry - 1) throw new LogFault("the proof is of another entry");
  return { entry, leaf: new TextDecoder().decode(bytes), size: checkpoint.size,
           signature: checkpoint.signature, proof };
}

// All of them, one after the other; TOLD(done) after each. Gives {done, fault: {entry, text}}.
export async function proveAll(con, entries, told) {
  let done = 0, signature = "checked";
  for (const entry of entries) {
    try {
      const good = await proveEntry(con, entry);
      if (good.signature !== "checked") signature = "unchecked";
    } catch (error) {
      if (!(error instanceof LogFault)) throw error;
      return { done, signature, fault: { entry, text: error.message } };
    }
    told(++done);
  }
  return { done, signature, fault: null };
}
