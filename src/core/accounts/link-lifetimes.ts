/** How long what Sitewire issues is valid. */
import type { LinkKind } from "./ports.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A link travels by hand, so an invitation gets days; the others are used at once. */
export const LINK_LIFETIMES_MS: Readonly<Record<LinkKind, number>> = {
  setup: DAY_MS,
  invitation: 7 * DAY_MS,
  reset: HOUR_MS,
};
