/** The secrets among a channel's settings: which they are, how they are shown, and how a change keeps them. */
import { UsageError } from "../../../contract/errors.ts";

/** Settings as `sitewire.yaml` has them. */
export type WrittenSettings = Readonly<Record<string, unknown>>;

const HIDDEN = "***";
/** Where messages go: a kept secret must not follow a change of these. */
const DESTINATIONS = ["url", "tokenUrl", "host", "port"] as const;

/** By the field's name: every value within it is secret. */
export function isSecretField(name: string): boolean {
  return /(token|secret|password|key|urls)$/i.test(name) || name === "url" || name === "headers";
}

/** The settings with `***` in place of each secret; of a URL its scheme and host remain. */
export function shownSettings(settings: WrittenSettings): WrittenSettings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (isSecretField(name)) return [name, hiddenValue(value)];
      return [name, isSettings(value) ? shownSettings(value) : value];
    }),
  );
}

/** Paths of the secrets that are set, such as `oauth2.clientSecret`. An address without a telling part is none. */
export function secretsSet(settings: WrittenSettings, above = ""): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const path = `${above}${name}`;
    if (isSecretField(name)) return isSettings(value) || value !== hiddenValue(value) ? [path] : [];
    return isSettings(value) ? secretsSet(value, `${path}.`) : [];
  });
}

/**
 * Returns the given settings with the stored secrets that they leave out or repeat as they were shown; null removes a
 * secret. Throws `UsageError` when a kept secret would go to another address.
 */
export function withKeptSecrets(given: WrittenSettings, stored: WrittenSettings): WrittenSettings {
  if (given.type !== stored.type) return withoutNulls(given);
  const kept: string[] = [];
  const merged = merge(given, stored, kept, "");
  const moved = DESTINATIONS.find((name) => destinationOf(merged[name]) !== destinationOf(stored[name]));
  const others = kept.filter((path) => path !== moved);
  if (moved !== undefined && others.length > 0) {
    throw new UsageError(`${moved} leads elsewhere: give ${others.join(", ")} again`);
  }
  return merged;
}

function merge(
  given: WrittenSettings,
  stored: WrittenSettings,
  kept: string[],
  above: string,
): WrittenSettings {
  const merged: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const former = stored[name];
    const path = `${above}${name}`;
    if (value === null) continue;
    if (isSettings(value) && isSettings(former)) {
      merged[name] = isSecretField(name)
        ? keptEntries(value, former, kept, path)
        : merge(value, former, kept, `${path}.`);
      continue;
    }
    const isKept =
      isSecretField(name) && former !== undefined && value !== former && value === hiddenValue(former);
    if (isKept) kept.push(path);
    merged[name] = isKept ? former : value;
  }
  for (const [name, former] of Object.entries(stored)) {
    if (!isSecretField(name) || Object.hasOwn(given, name)) continue;
    merged[name] = former;
    if (former !== hiddenValue(former)) kept.push(`${above}${name}`);
  }
  return merged;
}

/** Of headers, the ones that are left out are removed. */
function keptEntries(
  given: WrittenSettings,
  stored: WrittenSettings,
  kept: string[],
  path: string,
): WrittenSettings {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (value !== HIDDEN || stored[name] === undefined) return [name, value];
      kept.push(`${path}.${name}`);
      return [name, stored[name]];
    }),
  );
}

function withoutNulls(given: WrittenSettings): WrittenSettings {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

function destinationOf(value: unknown): string {
  const url = typeof value === "string" ? URL.parse(value) : null;
  return url === null ? JSON.stringify(value ?? null) : url.origin;
}

function hiddenValue(value: unknown): unknown {
  if (isSettings(value)) return Object.fromEntries(Object.keys(value).map((name) => [name, HIDDEN]));
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return HIDDEN;
  const tells = url.pathname !== "/" || url.search !== "" || url.username !== "" || url.password !== "";
  return tells ? `${url.origin}/${HIDDEN}` : value;
}

function isSettings(value: unknown): value is WrittenSettings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
