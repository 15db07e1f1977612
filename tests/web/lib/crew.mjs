// crew.mjs — Job: a crew on the wire, for tests that look at the hospital's side.
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { timeText } from "../../wire/lib/message.mjs";
import { Case } from "../../wire/lib/story.mjs";

const TOLD_MS = 30000; // twice the time in which everybody is told
export const soon = (minutes) => timeText(new Date(Date.now() + minutes * 60000));

export class Crew {
  // Patient: of the simulator's; whose card is read when a case has one.
  static async on(stage, patient) {
    const crew = new Crew();
    crew.g = stage.g;
    crew.session = await stage.g.car.signInFully(stage.g.crew);
    crew.card = crew.cardOf(patient);
    return crew;
  }

  cardOf(patient) {
    return this.g.cards.find((one) => one.patient === patient);
  }

  // What goes wrong at the eligibility simulator from now on.
  oddity(name) {
    return new Promise((done) => {
      const socket = connect(`${this.g.dir}/upstream/control`);
      socket.once("data", (data) => { socket.end(); done(data.toString().trim()); });
      socket.write(`oddity ${name}\n`);
    });
  }

  // Until crews are told this of a hospital: who comes back is told at once, everybody else within
  // 15 s. Not more often than the gateway lets a tablet speak.
  async toldOf(hospital, wanted) {
    const { car } = this.g, began = Date.now();
    for (let row = {}; Object.keys(wanted).some((key) => row[key] !== wanted[key]);) {
      if (Date.now() - began > TOLD_MS) throw new Error(`crews are told ${JSON.stringify(row)}`);
      await car.resume(this.session);
      const { hospitals } = (await car.expect({ type: "hospitals" })).body;
      row = hospitals.find((one) => one.org === hospital);
      await sleep(250);
    }
  }

  // A case without a card, asked at these hospitals.
  async asks(number, hospitals, { spoken_name, ...inquiry } = {}) {
    const one = await new Case(this.session).open({ incident_number: number, spoken_name });
    await one.inquire(hospitals, inquiry);
    return one;
  }

  // A case whose view is on the crew's tablet, not yet asked anywhere.
  async seen(number, more = {}) {
    const one = await new Case(this.session).open({ incident_number: number, ...more });
    await one.fetch(this.card);
    await one.match();
    return one;
  }
}
