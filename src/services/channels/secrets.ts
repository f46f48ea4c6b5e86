/** Keeps secrets out of what a channel says. */
import type { ChannelSettings } from "../../contract/alerting/channel-settings.ts";

const SECRET_FIELD = /(token|secret|password|key|urls)$/i;
/** Shorter parts of a path, such as `api`, are no secrets. */
const SHORTEST_PART = 8;
/** What the path of a URL says in words, such as `services` or `sitewire`, is no secret: hiding it would mutilate the messages. */
const WORD = /^[a-z]{1,12}$/;

/** What must not be shown of a channel's settings: secrets, headers' values, and the telling parts of URLs. */
export function secretsOf(settings: ChannelSettings): readonly string[] {
  return secretsWithin(settings, false);
}

function secretsWithin(value: unknown, isSecret: boolean): readonly string[] {
  if (typeof value === "string") return isSecret ? [value, ...secretParts(value)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    secretsWithin(inner, isSecret || SECRET_FIELD.test(name) || name === "url" || name === "headers"),
  );
}

/** Of a URL its path, query and login; of a token such as `id:key` or `whsec_key` each half. */
function secretParts(secret: string): readonly string[] {
  const url = URL.parse(secret);
  if (url === null || !/^https?:$/.test(url.protocol)) return partsOf(secret);
  const ofPath = partsOf(url.pathname).filter((part) => !WORD.test(part));
  return [...ofPath, ...[url.search, url.username, url.password].flatMap(partsOf)];
}

function partsOf(text: string): readonly string[] {
  return text.split(/[/?&=:_]/).filter((part) => part.length >= SHORTEST_PART);
}

/** The text with `***` in place of each secret, however it is encoded. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]));
  const longestFirst = [...forms]
    .filter((form) => form !== "")
    .toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce((hidden, form) => hidden.replaceAll(form, "***"), text);
}
