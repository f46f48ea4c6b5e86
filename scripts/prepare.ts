/**
 * Builds the dashboard after `npm ci`. An installation without the development packages cannot build it and does not
 * need to: the published package and the image contain it built.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const root = new URL("../", import.meta.url);
if (existsSync(new URL("node_modules/vite/package.json", root))) {
  execFileSync("npm", ["run", "--silent", "build:dashboard"], { cwd: root, stdio: "inherit" });
} else {
  process.stdout.write("the dashboard is not built: vite is not installed\n");
}
