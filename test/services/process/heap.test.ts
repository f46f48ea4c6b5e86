import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** MiB of the young generation of a process that has started like ours and then made much that survives. */
function youngGenerationAfterLoad(semiSpaceMebibytes: number): number {
  const script = `
    const v8 = require("node:v8");
    v8.setFlagsFromString("--semi-space-growth-factor=1");
    import(${JSON.stringify(new URL("../../../src/services/process/heap.ts", import.meta.url).href)}).then((heap) => {
      heap.keepHeapSmall({ semiSpaceMebibytes: ${semiSpaceMebibytes} });
      const kept = [];
      for (let index = 0; index < 2000; index += 1) kept.push(new Array(4096).fill(index));
      const space = v8.getHeapSpaceStatistics().find((each) => each.space_name === "new_space");
      console.log(space.space_size / 1024 / 1024, kept.length);
    });`;
  return Number.parseFloat(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
}

test("the young generation has the size that was asked for, however much survives", () => {
  expect(youngGenerationAfterLoad(4)).toBe(8);
  expect(youngGenerationAfterLoad(16)).toBe(32);
});
