/** Makes the package's program: compiles src/ to dist/, from scratch. */
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";

const root = new URL("../", import.meta.url);
rmSync(new URL("dist", root), { recursive: true, force: true });
execFileSync("tsc", ["--project", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
chmodSync(new URL("dist/cli/main.js", root), 0o755);
