/** Diagnoses what the server needs besides the database: its address, its public address, an account, the dashboard. */
import { lookup } from "node:dns/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sessionSchema } from "../../../contract/api/accounts/session.ts";
import { problemSchema } from "../../../contract/api/problem.ts";
import { messageOf } from "../../../contract/errors.ts";
import type { Database } from "../../../core/database.ts";
import { type Finding, failed, type Outcome, passed, skipped } from "../../../core/diagnosis/finding.ts";
import { withoutBrackets } from "../../../services/network/host-name.ts";
import { isInUse, whyNotListening } from "../../../services/network/listening-address.ts";
import type { AppContext } from "../invocation.ts";
import { dashboardFolder, isLoopback, urlOf } from "../server-resources.ts";

const ANSWER_TIMEOUT_MS = 5000;

/** @param database null when it could not be opened. */
export async function tryServer(context: AppContext, database: Database | null): Promise<readonly Finding[]> {
  return [
    { name: "server, address", ...(await tryAddress(context)) },
    { name: "server, public address", ...(await tryPublicAddress(context)) },
    { name: "server, administrator", ...(await tryAdministrator(context, database)) },
    { name: "server, dashboard", ...tryDashboard() },
  ];
}

async function tryAddress({ configuration }: AppContext): Promise<Outcome> {
  const { address, port } = configuration.server;
  if (port === 0) return passed(`any free port of ${address}`);
  const reason = await whyNotListening(withoutBrackets(address), port);
  if (reason === null) return passed(`${address}:${port} is free`);
  const other = "choose another with --listen or SITEWIRE_SERVER_PORT";
  if (!isInUse(reason)) return failed(`nothing can listen at ${address}:${port} (${reason})`, other);
  if (await isSitewire(urlOf(address, port)))
    return passed(`${address}:${port} is served by a running Sitewire`);
  return failed(`${address}:${port} is in use by another program`, other);
}

/** A server refuses a request by a name that is not its own with a problem of ours, which says as much. */
async function isSitewire(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const answer: unknown = await (await fetch(new URL("/api/v1/session", url), { signal })).json();
    return sessionSchema.safeParse(answer).success || problemSchema.safeParse(answer).success;
  } catch {
    return false;
  }
}

async function tryPublicAddress({ configuration }: AppContext): Promise<Outcome> {
  const { address, port, publicUrl } = configuration.server;
  if (publicUrl === undefined) {
    const reader = isLoopback(address)
      ? "for people on this machine only"
      : "links in messages lead nowhere else";
    return passed(`none is set (SITEWIRE_PUBLIC_URL): people open ${urlOf(address, port)}, ${reader}`);
  }
  const { hostname, protocol } = new URL(publicUrl);
  const host = withoutBrackets(hostname);
  try {
    await lookup(host);
  } catch (error) {
    return failed(
      `the host of ${publicUrl} has no address: ${messageOf(error)}`,
      "correct SITEWIRE_PUBLIC_URL, or add the host to your name service",
    );
  }
  if (protocol === "https:" || isLoopback(host)) return passed(`${publicUrl} has an address`);
  return failed(
    `${publicUrl} is not encrypted: passwords and sessions can be read on their way`,
    "put a proxy with a certificate before the server, and set SITEWIRE_PUBLIC_URL to its https:// address",
  );
}

async function tryAdministrator({ configuration }: AppContext, database: Database | null): Promise<Outcome> {
  if (database === null) return skipped("the database has no tables that can be read");
  if (await database.accounts.people.hasAdministrator()) return passed("there is one");
  const { address } = configuration.server;
  if (isLoopback(address))
    return passed("none yet: people on this machine can read; the server prints a link to make one");
  return failed(
    `there is none, and ${address} is not served before there is one`,
    "run sitewire people setup EMAIL --password-file FILE",
  );
}

function tryDashboard(): Outcome {
  if (existsSync(join(dashboardFolder, "index.html"))) return passed("built");
  return failed("not built: the API is served without it", "run npm run build:dashboard");
}
