/** The time zones that the browser knows. */
import type { Choice } from "../design/picker.tsx";

let known: readonly Choice[] | null = null;

export function timeZoneChoices(): readonly Choice[] {
  known ??= ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")].map((zone) => ({
    value: zone,
    label: zone,
  }));
  return known;
}

/** Of the viewer. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
