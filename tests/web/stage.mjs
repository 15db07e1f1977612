// stage.mjs — Job: the whole stage by hand: starts all, prints addresses and codes, ends at Ctrl-C.
//
//   node tests/web/stage.mjs [--second] [--window]     --window: a visible Chromium with the pages
//
// What it says at the start is also what its own address answers to curl, on loopback only:
//   GET /                addresses and everybody's next code (each code counts once)
//   GET /code/LOGIN      one code, taken
//   POST /card/PATIENT   the card of the simulator's patient 0 … 39 is put into the reader
//   POST /remove         … and taken out
//   POST /restart        kill -9 of the gateway, and a new start
import { createServer } from "node:http";
import { join } from "node:path";
import { PEOPLE, Stage } from "./lib/stage.mjs";
import { codeOf, stepOf } from "../wire/lib/totp.mjs";

const wants = (word) => process.argv.includes(word);
const stage = await Stage.open({ second: wants("--second"), window: wants("--window") });
const { g } = stage;

function standing() {
  const rows = PEOPLE.map(([login, , name, roles]) => {
    const { codes, password } = stage[login];
    const step = Math.max(codes.used + 1, stepOf());
    return `  ${login.padEnd(7)} ${password}  ${codeOf(codes.secret, step)}  ${name} (${roles})`;
  });
  return [`tablet   http://localhost:${stage.tabletProgram.port}/`,
    ...(stage.tablet2Program ? [`tablet 2 http://localhost:${stage.tablet2Program.port}/`] : []),
    `board A  https://board.test:${stage.boardA.port}/`,
    `board B  https://board.test:${stage.boardB.port}/`,
    `console  https://localhost:${g.ports.admin}/  certificate ${join(g.dir, "desk.crt")}`,
    `board.test is 127.0.0.1: HOME=${stage.home} chromium ` +
      "--host-resolver-rules='MAP board.test 127.0.0.1'",
    "login, password, next code:", ...rows, ""].join("\n");
}

const acts = [
  [/^GET \/$/, standing],
  [/^GET \/code\/(\w+)$/, (login) => `${stage[login].codes.next()}\n`],
  [/^POST \/card\/(\d+)$/, async (patient) => {
    await stage.insertCard(Number(patient));
    return "in\n";
  }],
  [/^POST \/remove$/, async () => {
    await stage.removeCard();
    return "out\n";
  }],
  [/^POST \/restart$/, async () => {
    await stage.restartGateway();
    return "again\n";
  }],
];

async function answer(request, response) {
  const asked = `${request.method} ${request.url}`;
  try {
    for (const [pattern, act] of acts) {
      const match = pattern.exec(asked);
      if (match) return response.end(await act(...match.slice(1)));
    }
    response.writeHead(404).end("no such thing\n");
  } catch (error) {
    response.writeHead(409).end(`${error.message}\n`);
  }
}

const server = createServer(answer).listen(0, "127.0.0.1", () => {
  console.log(standing());
  console.log(`more: curl http://127.0.0.1:${server.address().port}/ (see the head of ${
    import.meta.filename ?? "stage.mjs"}); Ctrl-C ends all`);
});
if (wants("--window")) {
  await Promise.all([stage.tablet(), stage.board(stage.boardA), stage.board(stage.boardB),
    stage.console()]);
}
process.removeAllListeners("SIGINT"); // of the gateway's helper: here all end in order
process.once("SIGINT", async () => {
  server.closeAllConnections();
  server.close();
  stage.watch.faults.forEach((fault) => console.log(fault));
  stage.watch.faults.length = 0;
  await stage.end();
});
