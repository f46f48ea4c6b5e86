/** The documents made from the schemas, by their path in the repository. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { INCIDENT_SCHEMA_URN, incidentEventSchema } from "../src/contract/alerting/incident-event.ts";
import { checkResultSchema } from "../src/contract/checks/check-result.ts";
import { CHECK_RESULT_SCHEMA_URN } from "../src/contract/events/cloud-events.ts";
import { configurationSchema } from "../src/contract/settings/configuration.ts";
import {
  environmentVariables,
  fileVariableOf,
  ORIGINAL_SITE_VARIABLE,
} from "../src/contract/settings/environment-variables.ts";

export function generatedDocuments(): Readonly<Record<string, string>> {
  return {
    "docs/schemas/check-result.v1.json": asJson(checkResultJsonSchema()),
    "docs/schemas/incident.v1.json": asJson(incidentJsonSchema()),
    "docs/schemas/sitewire-yaml.json": asJson(yamlJsonSchema()),
    "docs/configuration.md": configurationReference(),
    "docs/outbox.md": outboxDocument(),
  };
}

function asJson(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function checkResultJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(checkResultSchema, { io: "input" });
  return { $schema, $id: CHECK_RESULT_SCHEMA_URN, title: "Sitewire check result, version 1", ...schema };
}

function incidentJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(incidentEventSchema, { io: "input" });
  return { $schema, $id: INCIDENT_SCHEMA_URN, title: "Sitewire incident step, version 1", ...schema };
}

function configurationJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configurationSchema, { io: "input", unrepresentable: "any" });
  return { $schema, title: "sitewire.yaml", ...schema };
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What an editor completes: wherever less than any text is accepted, a variable may stand in its place. */
function yamlJsonSchema(): object {
  const schema = z.toJSONSchema(configurationSchema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema, path }) => {
      if (!path.includes("propertyNames")) acceptVariable(jsonSchema);
    },
  });
  const { $schema, ...rest } = schema;
  return { $schema, title: "sitewire.yaml", ...rest };
}

const VARIABLE = { type: "string", pattern: "\\$\\{" } as const;

function acceptVariable(node: JsonSchema): void {
  const narrow =
    node.type === "number" ||
    node.type === "integer" ||
    node.type === "boolean" ||
    node.enum !== undefined ||
    (node.type === "string" && (node.pattern ?? node.format ?? node.allOf) !== undefined);
  if (!narrow) return;
  const { description, default: fallback, ...accepted } = node;
  for (const key of Object.keys(node)) delete node[key];
  if (description !== undefined) node.description = description;
  if (fallback !== undefined) node.default = fallback;
  node.anyOf = [accepted, VARIABLE];
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
}

const nodeSchema: z.ZodType<SchemaNode> = z.looseObject({
  get properties() {
    return z.record(z.string(), nodeSchema).optional();
  },
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
});

function configurationReference(): string {
  const variablesOf = new Map<string, string[]>();
  for (const variable of environmentVariables) {
    const { name, setting, original } = variable;
    const shown = original === true ? `\`${name}\` (original)` : `\`${name}\``;
    const file = fileVariableOf(variable);
    const both = file === null ? [shown] : [shown, `\`${file}\``];
    variablesOf.set(setting, [...(variablesOf.get(setting) ?? []), ...both]);
  }
  const rows: string[] = [];
  const walk = (node: SchemaNode, path: string): void => {
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      const setting = path === "" ? name : `${path}.${name}`;
      if (child.properties !== undefined) {
        walk(child, setting);
        continue;
      }
      const variables = variablesOf.get(setting)?.join(", ") ?? "";
      const fallback = child.default === undefined ? "" : `\`${JSON.stringify(child.default)}\``;
      const accepted =
        child.enum === undefined ? "" : ` (${child.enum.map((value) => `\`${String(value)}\``).join(", ")})`;
      rows.push(`| \`${setting}\` | ${variables} | ${fallback} | ${(child.description ?? "") + accepted} |`);
    }
  };
  walk(nodeSchema.parse(configurationJsonSchema()), "");
  return `# Configuration

<!-- Generated from src/contract/settings/configuration.ts and environment-variables.ts by \`npm run docs\`. -->

Settings come from three sources, in this order of precedence: flags, environment variables, and \`sitewire.yaml\` in
the working directory (another file with \`--config FILE\`). A wrong value is one line that names the setting, its source
and what is accepted, and exit code 2. Durations are written \`500ms\`, \`10s\`, \`5m\`, \`24h\`, \`7d\`.

In the file, and in a file for \`sitewire sites import\`, \`\${NAME}\` or \`\${NAME:-default}\` stands for an environment
variable, also where a number or \`true\` and \`false\` are expected, and \`\${file:/run/secrets/x}\` for the text of a
file of at most 64 KiB, without a line break at its end: the way for secrets that a container platform mounts. A relative
path begins at the folder of the YAML file. What comes from a file is never shown in an error. A file that is missing,
unreadable or empty is one line that names the setting and the file. \`$\${\` is a plain \`\${\`. YAML's merge key
(\`<<\`) merges.

A variable that holds a secret has a twin that names a file with the secret in it (\`DATABASE_URL_FILE\`), as container
platforms mount one. A line break at the end of the file is left out. Set one of the two.

The flags are \`--data\` (\`dataFolder\`), \`--location\`, \`--log-level\` (\`logLevel\`); for \`consume\` \`--group\`
(\`kafka.group\`); for \`server\` and \`up\` \`--listen\` (\`server.address\`, \`server.port\`). Editors complete the file with the schema in [schemas/sitewire-yaml.json](schemas/sitewire-yaml.json):
write \`# yaml-language-server: $schema=…\` in its first line.

Options such as \`--timeout\` or \`--header\` stand for the same setting of every site that is named on the command line, or
else in the file, or else in \`${ORIGINAL_SITE_VARIABLE}\`. \`--data\` is refused where another database is configured.

Without \`database.url\` and \`database.host\` the embedded database in \`dataFolder\` is used; without \`kafka.brokers\` the
database is the event log. The first line of \`sitewire up\` says so.

| setting | environment | default | what it is |
|---|---|---|---|
${rows.join("\n")}

\`${ORIGINAL_SITE_VARIABLE}\` names the one site of the original system; it is read where no other site is named. Where two
variables name the same setting, the first of the row wins. A CA, certificate or key is PEM text (with real line breaks,
literal \`\\n\`, or spaces in their place) or the path of a PEM file.
`;
}

/** The outbox's page with the DDL of the migration in it. */
function outboxDocument(): string {
  const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  const migration = read("migrations/0002_outbox.sql");
  const table = /\$ddl\$([\s\S]*?)\$ddl\$/.exec(migration)?.[1] ?? "";
  const rest = [...migration.matchAll(/format\('(CREATE (?:INDEX|TRIGGER)[^']*)'/g)].map(
    ([, text = ""]) => text,
  );
  const statements = [table.replaceAll("%1$s", "shop.outbox").replaceAll("%%", "%"), ...rest]
    .map((text) => `${outdented(text).replaceAll("%s", "shop.outbox")};`)
    .join("\n");
  const block = /(<!-- ddl:[^\n]*-->\n)[\s\S]*?(<!-- \/ddl -->)/;
  return read("docs/outbox.md").replace(block, (_, open: string, close: string) => {
    return `${open}\`\`\`sql\n${statements}\n\`\`\`\n${close}`;
  });
}

function outdented(text: string): string {
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const indent = Math.min(...lines.map((line) => line.search(/\S/)).filter((column) => column >= 0));
  return lines.map((line) => line.slice(indent)).join("\n");
}
