#!/usr/bin/env node
/** The entry point: refuses an old Node.js version before importing modules that need a new one. */
const OLDEST_NODE = [24, 7] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(
    `sitewire needs Node.js ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}\n`,
  );
  process.exit(2);
}

// V8 would grow the young generation while modules load, and never shrink it again (services/process/heap.ts).
const { setFlagsFromString } = await import("node:v8");
setFlagsFromString("--semi-space-growth-factor=1");

// Caches compiled code in the system's temporary folder. Later starts take a quarter of the time.
const { enableCompileCache } = await import("node:module");
enableCompileCache();

const { runCommandLine } = await import("./run.ts");
await runCommandLine(process, {
  async serve(resources, signal) {
    const { serve } = await import("../web/serve.ts");
    await serve(resources, signal);
  },
  async exportStatusPage(view, folder) {
    const { exportStatusPage } = await import("../web/status-page/serving/exporting.ts");
    return await exportStatusPage(view, folder);
  },
});

export {};
