// The programs outside npm that tests need, and how they come onto a bare Debian or Ubuntu. A new need is one more line
// in the table.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const installTimeoutMs = 900_000;
const oldestJava = 17;
export const PGBOUNCER = "/usr/sbin/pgbouncer";

interface SystemPackage {
  /** As a person calls it. */
  readonly title: string;
  /** Debian's and Ubuntu's names for it; the first that the system offers is installed. */
  readonly debian: readonly string[];
  readonly isPresent: () => Promise<boolean>;
}

const systemPackages = {
  java: {
    title: `Java ${oldestJava} or newer`,
    debian: ["openjdk-17-jre-headless", "openjdk-21-jre-headless", "openjdk-25-jre-headless"],
    isPresent: hasJava,
  },
  maven: { title: "Maven", debian: ["maven"], isPresent: onPath("mvn") },
  blackboxExporter: {
    title: "blackbox_exporter",
    debian: ["prometheus-blackbox-exporter"],
    isPresent: onPath("prometheus-blackbox-exporter"),
  },
  wrk: { title: "wrk", debian: ["wrk"], isPresent: onPath("wrk") },
  curl: { title: "curl", debian: ["curl"], isPresent: onPath("curl") },
  psql: { title: "psql", debian: ["postgresql-client"], isPresent: onPath("psql") },
  pgbouncer: { title: "PgBouncer", debian: ["pgbouncer"], isPresent: hasPgBouncer },
  dockerd: { title: "Docker's engine", debian: ["docker.io"], isPresent: onPath("dockerd") },
  docker: {
    title: "Docker's client",
    debian: ["docker-cli", "docker.io"],
    isPresent: async () => existsSync("/usr/bin/docker"),
  },
  dockerCompose: {
    title: "Docker Compose",
    debian: ["docker-compose"],
    isPresent: onPath("docker-compose"),
  },
  debootstrap: { title: "debootstrap", debian: ["debootstrap"], isPresent: onPath("debootstrap") },
  chromium: {
    title: "Chromium",
    debian: ["chromium", "chromium-browser"],
    isPresent: async () => existsSync("/usr/bin/chromium"),
  },
  make: { title: "make", debian: ["make"], isPresent: onPath("make") },
  kcat: { title: "kcat", debian: ["kcat", "kafkacat"], isPresent: onPath("kcat") },
} satisfies Record<string, SystemPackage>;

export type SystemPackageName = keyof typeof systemPackages;

/**
 * Installs what is missing where that is possible: apt-get, as root or with passwordless sudo.
 * @returns for each name that is still missing, one line saying what to install.
 */
export async function ensureSystemPackages(
  names: readonly SystemPackageName[],
): Promise<Map<SystemPackageName, string>> {
  const missing = await filterMissing(names);
  if (missing.length === 0) return new Map();
  const failure = await install(missing);
  const stillMissing = await filterMissing(missing);
  return new Map(
    stillMissing.map((name) => [name, `${howToInstall([name])}${failure ? ` (${failure})` : ""}`]),
  );
}

/** The first line of a person's way out: `install Java 17 or newer and Maven (Debian: …)`. */
export function howToInstall(names: readonly SystemPackageName[]): string {
  const titles = names.map((name) => systemPackages[name].title).join(" and ");
  const debian = names.map((name) => systemPackages[name].debian[0]).join(" ");
  return `install ${titles} (Debian and Ubuntu: apt-get install ${debian})`;
}

async function filterMissing(names: readonly SystemPackageName[]): Promise<SystemPackageName[]> {
  const present = await Promise.all(names.map((name) => systemPackages[name].isPresent()));
  return names.filter((_, index) => !present[index]);
}

/** @returns why it could not, in a few words. */
async function install(names: readonly SystemPackageName[]): Promise<string | undefined> {
  if (!existsSync("/usr/bin/apt-get")) return "there is no apt-get here to do it for you";
  const [asRoot, ...rootArguments] = process.getuid?.() === 0 ? ["env"] : ["sudo", "-n", "env"];
  const aptGet = (...args: string[]) =>
    run(
      asRoot ?? "env",
      [
        ...rootArguments,
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=120",
        ...args,
      ],
      { timeout: installTimeoutMs, maxBuffer: 64 * 1024 * 1024 },
    );
  process.stderr.write(`installing ${names.map((name) => systemPackages[name].title).join(", ")}\n`);
  try {
    await aptGet("update");
    const packages = await Promise.all(names.map((name) => firstOffered(systemPackages[name].debian)));
    await aptGet("install", "--yes", "--no-install-recommends", ...packages);
    return undefined;
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    return `apt-get: ${stderr.split("\n").at(-1) || String(error)}`;
  }
}

async function firstOffered(names: readonly string[]): Promise<string> {
  for (const name of names) {
    const { stdout } = await run("apt-cache", ["policy", name]);
    if (/Candidate: (?!\(none\))\S/.test(stdout)) return name;
  }
  return names[0] ?? "";
}

function onPath(command: string): () => Promise<boolean> {
  return async () =>
    (process.env.PATH ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, command)));
}

/** Debian puts it where only root's PATH looks. */
async function hasPgBouncer(): Promise<boolean> {
  return existsSync(PGBOUNCER);
}

async function hasJava(): Promise<boolean> {
  try {
    const { stderr } = await run("java", ["-version"]);
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0) >= oldestJava;
  } catch {
    return false;
  }
}
