// console.mjs — Job: how a person works at the console: opens it, signs in, goes to a page.
import { leaves, openPage } from "./chromium.mjs";
import { touch } from "./hands.mjs";

const PASSWORD = "Wolke-Fahrrad-47-xq";

// A page of DEVICE's workstation. Options: of openPage; listen: a function that gets the page
// before it connects.
export async function openConsole(browser, watch, g, device,
  { listen, width = 1280, height = 800, ...options } = {}) {
  const origin = `https://localhost:${g.ports.admin}`;
  const page = await openPage(browser, watch, { name: "console", url: `${origin}/`, width, height,
    acceptDownloads: true, clientCertificates: [{ origin, cert: device.cert, key: device.key }],
    ...options });
  listen?.(page);
  if (listen) await page.reload(); // the first connection was made before anybody listened
  return page;
}

export async function fill(page, values) {
  for (const [name, value] of Object.entries(values))
    await page.locator(`dialog input[name=${name}]`).fill(value);
}

// Two factors, and where it is the first time, a password of one's own.
export async function signIn(page, person) {
  await touch(page.locator("[data-key=sign_in]:enabled"));
  await fill(page, { login: person.login, password: person.password, code: person.codes.next() });
  await page.locator("dialog input[name=code]").press("Enter");
  const next = page.locator("dialog input[name=new_password]");
  await next.or(page.locator("nav.tabs:visible")).first().waitFor();
  if (await next.count() > 0) {
    await fill(page, { password: person.password, new_password: PASSWORD });
    await next.press("Enter");
    person.password = PASSWORD;
  }
  await page.locator("nav.tabs:visible").waitFor();
  await idle(page);
}

// A touch that may open a form.
export async function hit(page, key) {
  await leaves(page);
  page.touch = () =>
    touch(page.locator(`[data-key${key.endsWith("_") ? "^" : ""}="${key}"]`).first());
  return page.touch();
}

export const idle = (page) => page.locator("main:not([aria-busy])").waitFor();
export async function go(page, key) {
  await leaves(page);
  await touch(page.locator(`[data-key=tab_${key}]`));
  await page.locator(`.tab.on[data-key=tab_${key}]`).waitFor();
  await idle(page);
}
export async function narrow(page, values) {
  await leaves(page);
  for (const [name, value] of Object.entries(values))
    await page.locator(`[data-part=filter] select[name=${name}]`).selectOption(value);
  await touch(page.locator("[data-key=narrow]"));
  await idle(page);
}
export const rows = (page) => page.locator("[data-part=table] tbody tr");
export const texts = async (locator) => (await locator.allInnerTexts())
  .map((text) => text.replace(/\s+/g, " "));
