#!/usr/bin/env node
/** The program's first step: refuses an old Node before anything is imported that needs a new one. */
const OLDEST_NODE = 24;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  process.stderr.write(`sitewire needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}\n`);
  process.exit(2);
}

// Keeps what was compiled for the next start, in the system's temporary folder: a start takes a quarter of the time.
const { enableCompileCache } = await import("node:module");
enableCompileCache();

const { runCommandLine } = await import("./run.ts");
await runCommandLine(process);

export {};
