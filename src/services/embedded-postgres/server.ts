/**
 * The PostgreSQL server of a folder, as the process that holds the folder's lock runs it. It is `starting`, `serving`,
 * `down` or `stopped`: starting until it says that it is ready; down when it ended unasked, and then started again with
 * back-off; stopped when asked to. Its clients see a lost connection and connect again.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FailureError } from "../../contract/errors.ts";
import type { Log } from "../../core/log.ts";
import { findBinaries, type PostgresBinaries } from "./binaries.ts";
import { dataFolderOf, makeDataFolder, refuseOtherVersion } from "./data-folder.ts";
import { endLeftServer, noteServer } from "./left-server.ts";
import { chooseListening } from "./listening.ts";
import { readPostmaster } from "./postmaster-file.ts";
import { type RunningAs, runningAs } from "./running-as.ts";
import { type Listening, settingsFile } from "./settings.ts";
import { signalServer } from "./signals.ts";

const LOG_FILE = "postgres.log";
const POLL_MS = 10;
/** A recovery after a crash reads at most `max_wal_size` of changes. */
const START_TIMEOUT_MS = 120_000;
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
/** Clients that a command did not know of may finish what they do. */
const PATIENT_STOP_MS = 10_000;
const STOP_TIMEOUT_MS = 60_000;

export interface ServerOptions {
  readonly folder: string;
  readonly log: Log;
  /** How to run as root, and whether there are Unix sockets, where that is not to be found out. */
  readonly namespaces?: boolean | undefined;
  readonly sockets?: boolean | undefined;
}

export class EmbeddedServer {
  readonly #folder: string;
  readonly #dataFolder: string;
  readonly #log: Log;
  readonly #binaries: PostgresBinaries;
  readonly #as: RunningAs;
  /** Where clients find it; the same after a restart. */
  readonly listening: Listening;
  /** Null while down. */
  #child: ChildProcess | null = null;
  #stopping = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  private constructor(
    options: ServerOptions,
    binaries: PostgresBinaries,
    as: RunningAs,
    listening: Listening,
  ) {
    this.#folder = options.folder;
    this.#dataFolder = dataFolderOf(options.folder);
    this.#log = options.log;
    this.#binaries = binaries;
    this.#as = as;
    this.listening = listening;
  }

  /** Resolves when it serves. Makes the data folder where there is none. Throws `FailureError`. */
  static async start(options: ServerOptions): Promise<EmbeddedServer> {
    const { folder, namespaces, sockets } = options;
    const binaries = findBinaries();
    refuseOtherVersion(folder, binaries);
    const dataFolder = dataFolderOf(folder);
    const as = runningAs({ folder, dataFolder, program: binaries.postgres, namespaces });
    await makeDataFolder(folder, binaries, as);
    await endLeftServer(folder, dataFolder, options.log);
    const listening = await chooseListening({ folder, as, sockets });
    writeFileSync(path.join(dataFolder, "postgresql.conf"), settingsFile(listening));
    const server = new EmbeddedServer(options, binaries, as, listening);
    process.on("exit", server.#endWithUs);
    await server.#startProcess();
    return server;
  }

  /** A process that exits before `stop` is done, as on a second Ctrl-C, leaves no server running. */
  readonly #endWithUs = (): void => {
    const pid = this.#child?.pid;
    if (pid !== undefined) signalServer(pid, "SIGINT");
  };

  /** Ends it in good order: `patient` lets other clients finish first. */
  async stop({ patient }: { readonly patient: boolean }): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#retry);
    await this.#stopProcess(patient);
    process.off("exit", this.#endWithUs);
  }

  async #stopProcess(patient: boolean): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const { pid } = child;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    child.once("exit", () => resolve());
    if (child.exitCode !== null || child.signalCode !== null) return;
    signalServer(pid, patient ? "SIGTERM" : "SIGINT");
    const fast = setTimeout(() => signalServer(pid, "SIGINT"), PATIENT_STOP_MS);
    const immediate = setTimeout(() => signalServer(pid, "SIGQUIT"), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(fast);
    clearTimeout(immediate);
  }

  async #startProcess(): Promise<void> {
    const { postgres } = this.#binaries;
    const { prefix, identity } = this.#as;
    const [command = postgres, ...args] = [...prefix, postgres, "-D", realpathSync(this.#dataFolder)];
    const output = openSync(path.join(this.#folder, LOG_FILE), "w", 0o600);
    // In a session of its own, so that Ctrl-C reaches us and not the server, which is needed until we have finished.
    const child = spawn(command, args, {
      ...identity,
      cwd: "/",
      detached: true,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    this.#child = child;
    const failed = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", () => resolve(this.#lastWords()));
    });
    if (child.pid !== undefined) noteServer(this.#folder, child.pid);
    const reason = await Promise.race([failed, this.#ready(child)]);
    if (reason !== null) {
      this.#child = null;
      if (child.pid !== undefined) signalServer(child.pid, "SIGQUIT");
      throw new FailureError(reason);
    }
    this.#failures = 0;
    child.once("exit", () => this.#ended());
    if (child.exitCode !== null || child.signalCode !== null) this.#ended();
  }

  /** Resolves with null when the server says that it is ready, with a reason when it takes too long. */
  async #ready(child: ChildProcess): Promise<string | null> {
    const deadlineMs = performance.now() + START_TIMEOUT_MS;
    while (child.exitCode === null && child.signalCode === null) {
      const postmaster = readPostmaster(this.#dataFolder);
      if (postmaster !== null && postmaster.pid === child.pid && postmaster.isReady) return null;
      if (performance.now() > deadlineMs) return `it was not ready within ${START_TIMEOUT_MS / 1000} s`;
      await delay(POLL_MS);
    }
    return this.#lastWords();
  }

  #ended(): void {
    if (this.#stopping || this.#child === null) return;
    this.#child = null;
    this.#log.error(
      { folder: this.#folder, reason: this.#lastWords() },
      "embedded PostgreSQL ended; starting it again",
    );
    this.#startAgain();
  }

  #startAgain(): void {
    const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(async () => {
      try {
        await this.#startProcess();
        this.#log.info({ folder: this.#folder }, "embedded PostgreSQL serves again");
      } catch (error) {
        if (this.#stopping) return;
        this.#log.error(
          { folder: this.#folder, reason: String(error) },
          "embedded PostgreSQL not started; trying again",
        );
        this.#startAgain();
      }
    }, delayMs);
  }

  /** All it has printed; nothing where somebody removed the folder. */
  #output(): string {
    try {
      return readFileSync(path.join(this.#folder, LOG_FILE), "utf8");
    } catch {
      return "";
    }
  }

  /** What the server complained of last. */
  #lastWords(): string {
    const lines = this.#output().trim().split("\n");
    const complaint = lines.findLast((line) => /(?:FATAL|PANIC|error):/.test(line)) ?? lines.at(-1) ?? "";
    return complaint.replace(/^.*?(?:FATAL|PANIC|LOG|error):\s*/, "") || "it said nothing";
  }
}
