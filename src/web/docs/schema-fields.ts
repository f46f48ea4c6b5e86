/** A JSON Schema as a list of fields for people. */
import { z } from "zod";
import { type Html, html, withCode } from "./html.ts";

interface Node {
  readonly type?: string | readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly description?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly items?: Node | undefined;
  readonly anyOf?: readonly Node[] | undefined;
}

const nodeSchema: z.ZodType<Node> = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), nodeSchema).optional();
  },
  get items() {
    return nodeSchema.optional();
  },
  get anyOf() {
    return z.array(nodeSchema).optional();
  },
});

/** Deeper than this a schema is named by its type only. */
const DEEPEST = 5;

export function schemaFields(schema: unknown): Html {
  const parsed = nodeSchema.safeParse(schema);
  return parsed.success ? fieldsOf(parsed.data, 0) : html``;
}

function fieldsOf(schema: Node, depth: number): Html {
  const node = objectIn(schema);
  if (node?.properties === undefined) return html`<p class="type">${typeOf(schema)}</p>`;
  const required = new Set(node.required);
  const fields = Object.entries(node.properties).map(([name, field]) => {
    const inner = objectIn(field);
    const mark = required.has(name) ? null : html`<span class="type">optional</span>`;
    return html`<div class="field"><dt><code>${name}</code>${mark}</dt><dd><span class="type">${typeOf(field)}</span> ${withCode(field.description ?? "")}${inner === null || depth === DEEPEST ? null : fieldsOf(inner, depth + 1)}</dd></div>`;
  });
  return html`<dl class="fields">${fields}</dl>`;
}

/** The object with named fields that a schema is, holds a list of, or allows beside null. */
function objectIn(node: Node): Node | null {
  if (node.properties !== undefined) return node;
  if (node.items !== undefined) return objectIn(node.items);
  const inner = (node.anyOf ?? []).map(objectIn).filter((each) => each !== null);
  return inner.length === 1 ? (inner[0] ?? null) : null;
}

function typeOf(node: Node): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(" | ");
  if (node.items !== undefined) return `list of ${typeOf(node.items)}`;
  const type = typeof node.type === "string" ? node.type : (node.type?.join(" | ") ?? "any");
  const format = { "date-time": "instant", uuid: "UUID", uri: "URL" }[node.format ?? ""] ?? node.format;
  const fallback = node.default === undefined ? "" : `, default ${JSON.stringify(node.default)}`;
  return `${format ?? type}${boundsOf(node)}${fallback}`;
}

function boundsOf({ minimum, maximum }: Node): string {
  // Bounds of every whole number that JSON holds exactly say nothing.
  const from = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? null : minimum;
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? null : maximum;
  if (from === null) return to === null ? "" : ` up to ${to}`;
  return to === null ? ` from ${from}` : ` ${from} to ${to}`;
}
