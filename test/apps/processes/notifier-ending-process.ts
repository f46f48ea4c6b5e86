// The real notifier as a process that kills itself at a named step of a delivery: ENDS_AT, such as "after send 1". It
// prints each step that it reaches; without ENDS_AT it goes on like any notifier.
import { notify } from "../../../src/apps/processes/notifier.ts";
import { alertingOf } from "../../../src/apps/wiring/alerting/alerting.ts";
import { type Invocation, startApp } from "../../../src/apps/wiring/invocation.ts";
import { withOwnDatabase } from "../../../src/apps/wiring/opening.ts";
import type { ConfiguredChannel, DeliveryStore } from "../../../src/core/alerting/ports.ts";

const reached = new Map<string, number>();

function reach(step: string): void {
  const times = (reached.get(step) ?? 0) + 1;
  reached.set(step, times);
  process.stdout.write(`reached ${step} ${times}\n`);
  if (process.env.ENDS_AT === `${step} ${times}`) process.kill(process.pid, "SIGKILL");
}

/** Every step is between what the two effects around it leave behind, so the one after each effect is enough. */
async function then<T>(name: string, work: Promise<T>): Promise<T> {
  const done = await work;
  reach(`after ${name}`);
  return done;
}

function stepping(deliveries: DeliveryStore): DeliveryStore {
  return {
    plan(...args) {
      reach("before plan");
      return then("plan", deliveries.plan(...args));
    },
    notifiedChannels: (...args) => then("notifiedChannels", deliveries.notifiedChannels(...args)),
    cancelWaiting: (...args) => then("cancelWaiting", deliveries.cancelWaiting(...args)),
    async claimDue(...args) {
      const due = await deliveries.claimDue(...args);
      if (due.length > 0) reach("after claim");
      return due;
    },
    reassign: (...args) => then("reassign", deliveries.reassign(...args)),
    markSent: (...args) => then("markSent", deliveries.markSent(...args)),
    cancel: (...args) => then("cancel", deliveries.cancel(...args)),
    postpone: (...args) => then("postpone", deliveries.postpone(...args)),
    fail: (...args) => then("fail", deliveries.fail(...args)),
    setParent: (...args) => deliveries.setParent(...args),
    onPlanned: (...args) => deliveries.onPlanned(...args),
  };
}

const sending = (channel: ConfiguredChannel): ConfiguredChannel => ({
  keepsAlerts: channel.keepsAlerts,
  send: (...args) => then("send", channel.send(...args)),
  preview: (notice) => channel.preview(notice),
});

const invocation: Invocation = {
  flags: {},
  environment: process.env,
  workingDirectory: process.cwd(),
  stderr: process.stderr,
  signal: new AbortController().signal,
};
const context = startApp("notify", invocation);
const settings = await alertingOf(context);
const channels = new Map([...settings.channels].map(([name, channel]) => [name, sending(channel)]));
await withOwnDatabase(
  { context, tables: "wait", onOpened: () => {}, health: async () => [] },
  async ({ database }) => {
    const stepped = { ...database, deliveries: stepping(database.deliveries) };
    const follow = (until: AbortSignal): Promise<void> =>
      new Promise((resolve) => until.addEventListener("abort", () => resolve()));
    const alerting = { settings: () => ({ ...settings, channels }), follow };
    await notify({ context, database: stepped, kafka: null, alerting, onStep: () => {} }, invocation.signal);
  },
);
