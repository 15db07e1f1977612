// ask.js — Job: one modal form: label above field, the error in words, a promise of the values.
import { h, say } from "./dom.js";

function field(one) {
  const id = `ask-${one.name}`;
  const label = h("label", { for: id }, one.label,
                  one.needed === false ? "" : h("span", { class: "req" }, ` ※${say("needed")}`));
  if (one.options) return h("div", { class: "f" }, label,
    h("select", { id, name: one.name, required: one.needed !== false },
      h("option", { value: "" }, "—"),
      ...one.options.map(([value, text]) => h("option", { value }, text))));
  if (one.lines) return h("div", { class: "f" }, label, h("textarea", { id, name: one.name,
    rows: one.lines, maxlength: one.max ?? 120, autocomplete: "off",
    required: one.needed !== false }));
  return h("div", { class: "f" }, label, h("input", { id, name: one.name, type: one.type ?? "text",
    inputmode: one.inputmode, maxlength: one.max ?? 120, autocomplete: "off",
    required: one.needed !== false, value: one.value }));
}

// Gives {name: value …}, or null when it was closed. `act` may refuse with a text: asked again.
export function ask({ title, text, fields = [], ok, act, danger }) {
  return new Promise((resolve) => {
    const error = h("p", { class: "note urgent", role: "alert", hidden: true });
    const go = h("button", { class: "b go wide", type: "submit" }, ok);
    const form = h("form", { class: "col" }, h("h2", { id: "ask-title" }, title),
      text ? h("p", {}, text) : null, error, ...fields.map(field), go,
      h("button", { class: "b quiet wide", type: "button", onclick: () => close(null) },
        say("stop")));
    const dialog = h("dialog", { class: danger ? "ask-box danger" : "ask-box",
                                 "aria-labelledby": "ask-title" }, form);
    const close = (value) => { dialog.close(); dialog.remove(); resolve(value); };
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); close(null); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, v.trim()]));
      go.disabled = true;
      const refused = act ? await act(values) : null;
      go.disabled = false;
      if (!refused) return close(values);
      error.hidden = false;
      error.textContent = `${say("error")}：${refused}`;
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export function signIn(shell) {
  return ask({ title: say("sign_in"), ok: say("sign_in"), fields: [
    { name: "login", label: say("login"), max: 64 },
    { name: "password", label: say("password"), type: "password", max: 128 },
    { name: "code", label: say("code"), inputmode: "numeric", max: 6 }],
  act: async (values) => {
    const answer = await shell.link.local("local.sign_in", values);
    return answer.ok ? null : shell.mistakeText(answer);
  } });
}

export function newPassword(shell) {
  return ask({ title: say("new_password"), ok: say("new_password"), fields: [
    { name: "password", label: say("old_password"), type: "password", max: 128 },
    { name: "new_password", label: say("new_password"), type: "password", max: 128 }],
  act: async (values) => {
    const answer = await shell.link.local("local.new_password", values);
    return answer.ok ? null : shell.mistakeText(answer);
  } });
}
