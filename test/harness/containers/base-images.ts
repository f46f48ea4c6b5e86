// Stand-ins for the official images that Dockerfile and compose.yaml name, made on the spot: no registry is asked. They
// are made once, and live in the engine's part of the cache folder.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { kafkaJars } from "../kafka/kafka-jars.ts";
import { removeFolder, temporaryFolder } from "../temporary-folder.ts";
import { docker } from "./docker-client.ts";

const run = promisify(execFile);
const standIns = path.join(import.meta.dirname, "stand-ins");
const makeTimeoutMs = 600_000;
const debian = "sitewire-stand-in/debian";
const versionLabel = "sitewire.stand-in";

interface BaseImage {
  readonly name: string;
  /** The folder with its Dockerfile. */
  readonly folder: string;
  /** Puts beside the Dockerfile what it copies. */
  addFiles(context: string): Promise<void>;
}

const images: readonly BaseImage[] = [
  { name: "node:24-slim", folder: "node", addFiles: addNode },
  { name: "postgres:17", folder: "postgres", addFiles: async () => {} },
  { name: "apache/kafka:4.1.1", folder: "kafka", addFiles: addKafka },
];

/** Makes the images that are missing or were made from other Dockerfiles. */
export async function ensureBaseImages(): Promise<void> {
  const missing: BaseImage[] = [];
  for (const image of images) if (!(await isMade(image))) missing.push(image);
  if (missing.length === 0) return;
  process.stderr.write(`making images: ${missing.map(({ name }) => name).join(", ")}\n`);
  if (!(await exists(debian))) await makeDebian();
  await Promise.all(missing.map(make));
}

async function exists(name: string): Promise<boolean> {
  const { stdout } = await docker(["image", "ls", "--quiet", name]);
  return stdout.trim() !== "";
}

async function isMade(image: BaseImage): Promise<boolean> {
  try {
    const format = `{{ index .Config.Labels "${versionLabel}" }}`;
    const { stdout } = await docker(["image", "inspect", "--format", format, image.name]);
    return stdout.trim() === (await versionOf(image));
  } catch {
    return false;
  }
}

/** Changes with the files that the image is made from. */
async function versionOf({ folder }: BaseImage): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(path.join(standIns, folder))).sort()) {
    hash.update(name).update(await readFile(path.join(standIns, folder, name)));
  }
  return hash.digest("hex").slice(0, 12);
}

async function make(image: BaseImage): Promise<void> {
  const context = await temporaryFolder("image");
  try {
    await cp(path.join(standIns, image.folder), context, { recursive: true });
    await image.addFiles(context);
    const label = `${versionLabel}=${await versionOf(image)}`;
    // The host's network: what the machine's package source is reached through.
    const options = ["--network", "host", "--label", label, "--tag", image.name];
    await docker(["build", "--quiet", ...options, context], { timeoutMs: makeTimeoutMs });
  } finally {
    await removeFolder(context);
  }
}

/** Debian's smallest system, from the machine's own package source. */
async function makeDebian(): Promise<void> {
  const folder = await temporaryFolder("debian");
  const root = path.join(folder, "root");
  try {
    await run("debootstrap", ["--variant=minbase", ...(await ownSource(root))], {
      timeout: makeTimeoutMs,
      maxBuffer: 16 * 1024 * 1024,
      // Where a minimal PATH leaves these out, debootstrap finds no tools of its own.
      env: { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` },
    });
    const archive = path.join(folder, "debian.tar");
    const left = ["--exclude=./var/cache/apt/*", "--exclude=./var/lib/apt/lists/*"];
    await run("tar", ["-C", root, ...left, "-cf", archive, "."], { timeout: makeTimeoutMs });
    await docker(["import", archive, debian], { timeoutMs: makeTimeoutMs });
  } finally {
    await removeFolder(folder);
  }
}

/** debootstrap's suite, target and mirror: the release and source of this machine. */
async function ownSource(root: string): Promise<readonly string[]> {
  const format = "$(CODENAME) $(REPO_URI) $(COMPONENT)";
  const { stdout } = await run("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]);
  const release = /^VERSION_CODENAME=(\S+)$/m.exec(await readFile("/etc/os-release", "utf8"))?.[1] ?? "";
  const own = stdout.split("\n").find((line) => line.startsWith(`${release} `) && line.endsWith(" main"));
  const uri = own?.split(" ")[1];
  return uri === undefined ? [release, root] : [release, root, uri];
}

async function addNode(context: string): Promise<void> {
  await cp(process.execPath, path.join(context, "node"));
  const { stdout } = await run("npm", ["root", "--global"]);
  await cp(path.join(stdout.trim(), "npm"), path.join(context, "npm"), {
    recursive: true,
    dereference: true,
  });
}

async function addKafka(context: string): Promise<void> {
  const { folder } = await kafkaJars();
  const jars = path.join(context, "jars");
  await mkdir(jars);
  for (const name of await readdir(folder)) {
    if (name.endsWith(".jar")) await cp(path.join(folder, name), path.join(jars, name));
  }
  await cp(
    path.join(import.meta.dirname, "..", "kafka", "log4j2.properties"),
    path.join(context, "log4j2.properties"),
  );
}
