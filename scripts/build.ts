/** Makes the package's program: compiles src/ to dist/, from scratch. dist/dashboard belongs to `build:dashboard`. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";

const root = new URL("../", import.meta.url);
const built = new URL("dist/", root);
for (const name of existsSync(built) ? readdirSync(built) : []) {
  if (name !== "dashboard" && !name.startsWith(".dashboard-"))
    rmSync(new URL(name, built), { recursive: true, force: true });
}
execFileSync("tsc", ["--project", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
// What the compiler does not know: styles and scripts of status pages.
const assets = "web/status-page/assets/";
cpSync(new URL(`src/${assets}`, root), new URL(assets, built), { recursive: true });
chmodSync(new URL("dist/cli/main.js", root), 0o755);
