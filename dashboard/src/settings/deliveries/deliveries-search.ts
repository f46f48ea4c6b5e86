/** What the address of the list of deliveries says. */
import type { Delivery } from "../../../../src/contract/api/alerting/deliveries.ts";

export const deliveryStates = [
  "waiting",
  "sending",
  "sent",
  "failed",
  "cancelled",
] as const satisfies readonly Delivery["state"][];

export interface DeliveriesSearch {
  readonly state?: Delivery["state"];
  readonly channel?: string;
}

/** Reads the parameters of an address; leaves out what it does not know. */
export function parseDeliveriesSearch({
  state: wanted,
  channel,
}: Readonly<Record<string, unknown>>): DeliveriesSearch {
  const state = deliveryStates.find((each) => each === wanted);
  return {
    ...(state === undefined ? {} : { state }),
    ...(typeof channel === "string" && channel !== "" ? { channel } : {}),
  };
}
