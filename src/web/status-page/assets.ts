/** The files that status pages link: styles, and a script that they work without. */
import { readFileSync } from "node:fs";

export interface Asset {
  readonly body: Buffer;
  readonly type: string;
}

/** By name. */
export function readAssets(): ReadonlyMap<string, Asset> {
  return new Map([
    ["status-page.css", asset("status-page.css", "text/css; charset=utf-8")],
    ["status-page.js", asset("status-page.js", "text/javascript; charset=utf-8")],
  ]);
}

function asset(name: string, type: string): Asset {
  return { body: readFileSync(new URL(`./assets/${name}`, import.meta.url)), type };
}
