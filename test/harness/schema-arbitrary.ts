// Values for a JSON Schema: mostly ones that it allows, some that it does not.
import fc from "fast-check";
import { z } from "zod";

interface Node {
  readonly type?: unknown;
  readonly format?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly items?: Node | undefined;
  readonly anyOf?: readonly Node[] | undefined;
  readonly oneOf?: readonly Node[] | undefined;
}

const nodeSchema: z.ZodType<Node> = z.looseObject({
  type: z.unknown().optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
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
  get oneOf() {
    return z.array(nodeSchema).optional();
  },
});

/** Where a request may lead: this machine, to a port where nobody listens. */
const ADDRESS = "http://127.0.0.1:1/";
const LEADS_SOMEWHERE = /url|host|server|address|proxy|connect|resolve|broker|endpoint|api/i;

const ODD_TEXTS = [
  "",
  " ",
  "\0",
  "é",
  "💥",
  "%",
  "'; --",
  "../..",
  "__proto__",
  "a".repeat(3000),
  "NaN",
  "-1",
  "1e400",
];

/** Ids that exist, so that some requests reach something. */
export interface Known {
  readonly ids: readonly string[];
}

export function valuesFor(schema: unknown, known: Known, name = ""): fc.Arbitrary<unknown> {
  const parsed = nodeSchema.safeParse(schema);
  const allowed = parsed.success ? allowedBy(parsed.data, known, name) : fc.constant(null);
  return fc.oneof({ weight: 9, arbitrary: allowed }, { weight: 1, arbitrary: anything(name) });
}

/** Anything but an address that somebody answers. */
function anything(name: string): fc.Arbitrary<unknown> {
  if (LEADS_SOMEWHERE.test(name)) return fc.constantFrom<unknown>(null, 1, "", {}, [], ADDRESS);
  return fc.oneof(
    fc.constantFrom<unknown>(null, true, -1, 1e308, {}, [], ...ODD_TEXTS),
    fc.jsonValue({ maxDepth: 1 }),
  );
}

function allowedBy(node: Node, known: Known, name: string): fc.Arbitrary<unknown> {
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum !== undefined && node.enum.length > 0) return fc.constantFrom(...node.enum);
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives !== undefined && alternatives.length > 0) {
    return fc.oneof(...alternatives.map((each) => allowedBy(each, known, name)));
  }
  if (node.properties !== undefined) return objects(node, node.properties, known);
  switch (node.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({
        min: Math.max(node.minimum ?? -5, -5),
        max: Math.min(node.maximum ?? 100_000, 100_000),
      });
    case "number":
      return fc.double({ min: node.minimum ?? -10, max: node.maximum ?? 1e6, noNaN: true });
    case "array":
      return fc.array(valuesFor(node.items, known, name), { maxLength: 3 });
    case "object":
      return fc.dictionary(fc.string({ maxLength: 5 }), fc.constant("x"), { maxKeys: 2 });
    case "string":
      return texts(node, known, name);
    default:
      return anything(name);
  }
}

function objects(
  node: Node,
  properties: Readonly<Record<string, Node>>,
  known: Known,
): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, valuesFor(field, known, name)]),
  );
  const requiredKeys = (node.required ?? []).filter((name) => name in fields);
  return fc.record(fields, { requiredKeys });
}

function texts({ format }: Node, { ids }: Known, name: string): fc.Arbitrary<unknown> {
  if (format === "uuid") return fc.oneof(fc.uuid(), ...(ids.length > 0 ? [fc.constantFrom(...ids)] : []));
  if (format === "date-time") {
    return fc
      .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (format === "uri" || LEADS_SOMEWHERE.test(name)) return fc.constant(ADDRESS);
  if (format === "email") return fc.constant("ada@example.org");
  return fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...ODD_TEXTS));
}
