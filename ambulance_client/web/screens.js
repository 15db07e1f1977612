// screens.js — Job: the screens of a case by name.
import { drawCard } from "./screen_card.js";
import { drawGround, drawGrant } from "./screen_ground.js";
import { drawIdentity } from "./screen_identity.js";
import { drawHospitals } from "./screen_hospitals.js";
import { drawNoView } from "./screen_noview.js";
import { drawEnd, drawMixup, drawOther, drawUnsent, drawWithdraw }
  from "./screen_other.js";
import { drawRecord } from "./screen_record.js";
import { drawTakeover } from "./screen_takeover.js";
import { drawEta, drawTalk, drawTransport } from "./screen_transport.js";
import { drawView } from "./screen_view.js";
import { drawVitals } from "./screen_vitals.js";

export const caseScreens = {
  card: drawCard, ground: drawGround, grant: drawGrant, identity: drawIdentity, view: drawView,
  noview: drawNoView, hospitals: drawHospitals, transport: drawTransport, vitals: drawVitals,
  record: drawRecord, talk: drawTalk, eta: drawEta, other: drawOther, mixup: drawMixup,
  withdraw: drawWithdraw, takeover: drawTakeover, end: drawEnd, unsent: drawUnsent,
};
