/**
 * Settings of V8's heap for a process that makes checks: thousands of small things a second that live some
 * milliseconds. V8 by default lets its heap grow to several times what is alive before it collects; measured
 * (docs/performance.md), these settings halve a monitor's memory and cost it nothing.
 */
import { setFlagsFromString } from "node:v8";

/**
 * To be called as soon as the program is loaded: the young generation stays as large as it is then. V8 reads these
 * three whenever it collects, so they take effect at once; they only change when it collects and where it puts new
 * things.
 */
export function keepHeapSmall(): void {
  // The young generation stays as small as it is.
  setFlagsFromString("--semi-space-growth-factor=1");
  // The old generation is collected when it has grown by so much.
  setFlagsFromString("--heap-growing-percent=30");
  // Things that lived long while the program started are no sign that their like do later.
  setFlagsFromString("--no-allocation-site-pretenuring");
}
