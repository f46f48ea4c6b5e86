/** Makes the package's program: compiles src/ to dist/, from scratch. dist/dashboard belongs to `build:dashboard`. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";

const root = new URL("../", import.meta.url);
const built = new URL("dist/", root);
for (const name of existsSync(built) ? readdirSync(built) : []) {
  if (name !== "dashboard") rmSync(new URL(name, built), { recursive: true, force: true });
}
execFileSync("tsc", ["--project", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
chmodSync(new URL("dist/cli/main.js", root), 0o755);
