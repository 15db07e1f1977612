// cable.mjs — Job: the cable between a program and the gateway: it can be pulled out, really.
import { connect, createServer } from "node:net";

const started = new Set();
process.once("exit", () => { for (const socket of started) socket.destroy(); });

export class Cable {
  // To a port of this machine; the program is told `port` instead.
  static async to(port) {
    const cable = new Cable();
    Object.assign(cable, { to: port, port: 0, sockets: new Set() });
    await cable.plug();
    return cable;
  }

  carry(near) {
    const far = connect({ host: "127.0.0.1", port: this.to });
    for (const [one, other] of [[near, far], [far, near]]) {
      this.sockets.add(one);
      started.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.sockets.delete(one);
        started.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  // The same port as before.
  async plug() {
    this.server = createServer((near) => this.carry(near));
    await new Promise((done, bad) => this.server.once("error", bad).listen(this.port,
      "127.0.0.1", done));
    this.port = this.server.address().port;
  }

  // Nothing gets through any more, and nothing new is taken.
  async pull() {
    const { server } = this;
    this.server = null;
    if (!server) return;
    const closed = new Promise((done) => server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
