/**
 * The form of a channel, made from the JSON Schema of its type: which fields there are, and how what is typed becomes
 * settings. Everything is text while it is edited.
 */
import type { ChannelTypes } from "../../../../src/contract/api/alerting/channels.ts";

export type ChannelType = ChannelTypes["items"][number];

export interface ChannelField {
  /** Within the settings, such as `oauth2.clientSecret`. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** The field that it is within; null at the top. */
  readonly group: string | null;
  readonly kind: "text" | "long text" | "whole number" | "choice" | "list" | "entries";
  readonly isRequired: boolean;
  /** Can be written, and is never shown. */
  readonly isSecret: boolean;
  readonly description: string;
  /** What applies while the field is empty. */
  readonly usual: string;
  /** Of a choice. */
  readonly options: readonly string[];
}

/** By path; a list has an item a line, entries have `name: value` a line. */
export type ChannelValues = Readonly<Record<string, string>>;

const longTexts = new Set(["body", "title", "text", "ca"]);

export function fieldsOf(type: ChannelType): readonly ChannelField[] {
  const secrets = new Set(type.secrets);
  return fieldsWithin(type.schema, null, secrets).filter(({ path }) => path !== "type");
}

function fieldsWithin(
  schema: Readonly<Record<string, unknown>>,
  group: string | null,
  secrets: ReadonlySet<string>,
): readonly ChannelField[] {
  const required = textsOf(schema.required);
  return Object.entries(objectOf(schema.properties)).flatMap(([name, value]) => {
    const property = objectOf(value);
    const isGroup = property.type === "object" && property.properties !== undefined;
    if (isGroup) return fieldsWithin(property, name, secrets);
    const field: ChannelField = {
      path: group === null ? name : `${group}.${name}`,
      name,
      group,
      kind: kindOf(name, property),
      isRequired: group === null && required.includes(name),
      isSecret: secrets.has(name) || /secret|token$/i.test(name),
      description: describedIn(property),
      usual: ["string", "number"].includes(typeof property.default) ? String(property.default) : "",
      options: textsOf(property.enum),
    };
    return [field];
  });
}

function kindOf(
  name: string,
  { type, enum: options }: Readonly<Record<string, unknown>>,
): ChannelField["kind"] {
  if (Array.isArray(options)) return "choice";
  if (type === "integer") return "whole number";
  if (type === "array") return "list";
  if (type === "object") return "entries";
  return longTexts.has(name) ? "long text" : "text";
}

/** Without what concerns sitewire.yaml only. */
function describedIn({ description }: Readonly<Record<string, unknown>>): string {
  return typeof description === "string" ? description.replace(/; a secret, best as .*$/, "") : "";
}

/** The texts of settings as the API shows them. */
export function valuesOf(
  fields: readonly ChannelField[],
  settings: Readonly<Record<string, unknown>>,
): ChannelValues {
  return Object.fromEntries(
    fields.map(({ path, group, name, kind }) => {
      const within = group === null ? settings : objectOf(settings[group]);
      return [path, textOf(kind, within[name])];
    }),
  );
}

function textOf(kind: ChannelField["kind"], value: unknown): string {
  if (value === undefined || value === null) return "";
  if (kind === "list") return textsOf(value).join("\n");
  if (kind === "entries") {
    return Object.entries(objectOf(value))
      .map(([name, each]) => `${name}: ${String(each)}`)
      .join("\n");
  }
  return String(value);
}

/**
 * The settings as a change takes them. An empty field is left out; of a secret that was set before, it is null, which
 * removes it.
 */
export function settingsOf(
  type: string,
  fields: readonly ChannelField[],
  values: ChannelValues,
  secretsSet: readonly string[] = [],
): Record<string, unknown> & { type: string } {
  const settings: Record<string, unknown> & { type: string } = { type };
  for (const { path, group, name, kind, isSecret } of fields) {
    const text = (values[path] ?? "").trim();
    const value =
      text === "" ? (isSecret && secretsSet.includes(path) ? null : undefined) : settingOf(kind, text);
    if (value === undefined) continue;
    if (group === null) settings[name] = value;
    else settings[group] = { ...objectOf(settings[group]), [name]: value };
  }
  return settings;
}

function settingOf(kind: ChannelField["kind"], text: string): unknown {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (kind === "list") return lines;
  if (kind === "entries") {
    return Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return colon < 0 ? [line, ""] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
      }),
    );
  }
  // What is no number is for the server to name.
  if (kind === "whole number") return /^\d+$/.test(text) ? Number(text) : text;
  return text;
}

/** `routingKey` as `Routing key`. */
export function labelOf(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  const known = words.replaceAll(/\b(url|urls|api|ca|tls|id)\b/g, (word) =>
    word === "urls" ? "URLs" : word.toUpperCase(),
  );
  return known.slice(0, 1).toUpperCase() + known.slice(1);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
