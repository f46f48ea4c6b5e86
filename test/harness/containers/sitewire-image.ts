// Sitewire's image, built by the Dockerfile as a person builds it, with this machine's npm settings as a secret.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { removeFolder, temporaryFolder } from "../temporary-folder.ts";
import { docker } from "./docker-client.ts";

const repository = path.join(import.meta.dirname, "..", "..", "..");
const buildTimeoutMs = 600_000;
const certificatePattern = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** @param name is also the image's tag, as in `docker build -t consumer .` */
export async function buildSitewireImage(name: string): Promise<void> {
  const folder = await temporaryFolder("npm-settings");
  try {
    const npmrc = path.join(folder, "npmrc");
    await writeFile(npmrc, await npmSettings(), { mode: 0o600 });
    // Arguments with these names are known to Docker and leave no trace in the image.
    const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].filter((variable) => process.env[variable]);
    const options = proxies.flatMap((variable) => ["--build-arg", variable]);
    await docker(
      [
        "build",
        "--quiet",
        "--network",
        "host",
        ...options,
        "--secret",
        `id=npmrc,src=${npmrc}`,
        "-t",
        name,
        ".",
      ],
      { folder: repository, timeoutMs: buildTimeoutMs },
    );
  } finally {
    await removeFolder(folder);
  }
}

/** What npm reads on this machine, in one file; certificates that it takes from files are put in. */
async function npmSettings(): Promise<string> {
  const files = await Promise.all(["globalconfig", "userconfig"].map(npmSetting));
  const texts = await Promise.all(
    files.map(async (file) => (existsSync(file) ? readFile(file, "utf8") : "")),
  );
  const lines = texts
    .join("\n")
    .split("\n")
    .filter((line) => !/^\s*cafile\s*=/.test(line));
  const registry = `registry=${await npmSetting("registry")}`;
  const authorities = [await npmSetting("cafile"), process.env.NODE_EXTRA_CA_CERTS ?? ""].find(existsSync);
  const certificates =
    authorities === undefined ? [] : ((await readFile(authorities, "utf8")).match(certificatePattern) ?? []);
  return [...lines, registry, ...certificates.map((text) => `ca[]=${JSON.stringify(text)}`), ""].join("\n");
}

async function npmSetting(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)("npm", ["config", "get", name], { cwd: repository });
  return stdout.trim();
}
