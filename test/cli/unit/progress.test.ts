// Long work, as a person sees it.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { showProgress } from "../../../src/cli/progress.ts";

function shown(isTTY: boolean, total: number | null): string {
  const stderr = Object.assign(new PassThrough(), { isTTY });
  let nowMs = 0;
  const progress = showProgress({ stderr }, { unit: "sites", total, nowMs: () => nowMs });
  for (const count of [100, 200, 300]) {
    nowMs += 1000;
    progress.report(count);
  }
  progress.finish();
  return String(stderr.read());
}

test("on a terminal one line renews itself: rows, rate and time left", () => {
  const text = shown(true, 300);
  expect(text).toContain("\r100 of 300 sites, 100/s, 2 s left");
  expect(text).toContain("\r300 sites in 3.0 s, 100/s");
  expect(text.match(/\n/g)).toHaveLength(1);
});

test("elsewhere there is one final line", () => {
  expect(shown(false, null)).toBe("300 sites in 3.0 s, 100/s\n");
});
