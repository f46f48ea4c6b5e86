// Run by kill.test.ts as a process of its own: records results in an embedded database for ever, and says on standard
// output, a line each, what has been acknowledged. Arguments: the folder, the number of the round.
import { setTimeout as delay } from "node:timers/promises";
import { openEmbedded } from "../../../src/services/embedded-postgres/embedded-database.ts";
import { aResult } from "../../contract/a-result.ts";
import { anEvent } from "../postgres/events.ts";
import { quietLog } from "../postgres/quiet-log.ts";

const [folder = "", round = "0"] = process.argv.slice(2);
const SITES = 20;
const SLOT_MS = 1000;

const database = await openEmbedded({ folder, log: quietLog });
await database.migrate();
const firstSlotMs = Date.UTC(2026, 0, 1) + Number(round) * 3_600_000;
for (let batch = 0; ; batch += 1) {
  const results = Array.from({ length: SITES }, (_, site) =>
    aResult({
      siteId: `00000000-0000-5000-8000-${String(site).padStart(12, "0")}`,
      slot: new Date(firstSlotMs + batch * SLOT_MS).toISOString(),
      url: `https://site-${site}.example/`,
    }),
  );
  const text = `${round}-${batch}`;
  await Promise.all([
    database.results.record(results).then(() => {
      for (const { siteId, slot } of results) process.stdout.write(`result ${siteId} ${slot}\n`);
    }),
    database.outbox.append([anEvent({ text })]).then(() => process.stdout.write(`event ${text}\n`)),
  ]);
  if (batch % 50 === 49) await delay(1);
}
