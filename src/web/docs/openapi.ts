/**
 * The OpenAPI 3.1 document, made from the schemas of the routes. It is made when it is first asked for: until then its
 * libraries are not loaded.
 */
import fastify from "fastify";
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { z } from "zod";
import type { ServerResources } from "../../apps/wiring/server-resources.ts";
import { packageVersion } from "../../apps/wiring/version.ts";
import { problemSchema } from "../../contract/api/problem.ts";
import type { ApiServer, RouteGroup } from "../api/api-server.ts";

type JsonObject = { [name: string]: unknown };

export interface OpenApiDocument extends JsonObject {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

export interface OpenApiOperation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: { readonly content?: OpenApiContent };
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: OpenApiContent }>
  >;
}

export interface OpenApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: unknown;
}

export type OpenApiContent = Readonly<Record<string, { readonly schema?: unknown }>>;

const operationSchema = z.looseObject({}).transform((operation): OpenApiOperation => operation);
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

const NEEDS: Readonly<Record<string, string>> = {
  public: "Needs no account.",
  read: "Takes the right to read; on the server's own machine nobody needs to sign in for it.",
  edit: "Takes the right to edit.",
  administer: "Takes the right to administer.",
};

const DESCRIPTION = `Everything that the dashboard and the command line can do.

Instants are ISO 8601 in UTC, durations are milliseconds (\`…Ms\`), fractions are from 0 to 1, and what is absent is \`null\`.
Lists are \`{ items, next }\`: send \`next\` as \`cursor\` for the page after. What can be changed has an \`ETag\`: send it as
\`If-Match\` with a change. A POST with an \`Idempotency-Key\` may be sent again and is carried out once. A change takes
the header \`X-Sitewire: 1\`, or a token.`;

/** The document of these routes. They are registered once more, at a server that never listens. */
export async function openApiDocument(
  routeGroups: readonly RouteGroup[],
  resources: ServerResources,
): Promise<OpenApiDocument> {
  const { default: swagger } = await import("@fastify/swagger");
  const described: ApiServer = fastify().withTypeProvider<ZodTypeProvider>();
  described.setValidatorCompiler(validatorCompiler);
  described.setSerializerCompiler(serializerCompiler);
  described.decorateRequest("actor");
  const zodToJsonConfig = { unrepresentable: "any" } as const;
  const transformSchema = createJsonSchemaTransform({ zodToJsonConfig });
  await described.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Sitewire", version: packageVersion(), description: DESCRIPTION },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "an API token: `swt_…`" },
        },
      },
      security: [{ token: [] }, {}],
    },
    transform: (route) => {
      const { schema, url } = transformSchema(route);
      const { right = "administer" } = route.route.config ?? {};
      const needs = NEEDS[right];
      const description = [schema.description, needs].filter(Boolean).join(" ");
      const hidden = schema.hide === true || !url.startsWith("/api/v1/");
      return { url, schema: { ...schema, description, ...(hidden ? { hide: true } : {}) } };
    },
    // The schemas that others refer to, such as a route that holds routes.
    transformObject: createJsonSchemaTransformObject({ zodToJsonConfig }),
    hideUntagged: false,
  });
  for (const addRoutes of routeGroups) addRoutes(described, resources);
  await described.ready();
  const document = documentSchema.parse(JSON.parse(JSON.stringify(described.swagger())));
  await described.close();
  return withProblems(document);
}

/** Every operation may answer with a problem. */
function withProblems(document: OpenApiDocument): OpenApiDocument {
  const { $schema: _, ...schema } = z.toJSONSchema(problemSchema);
  const problem = { description: "A problem", content: { "application/problem+json": { schema } } };
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [
          method,
          { ...operation, responses: { ...operation.responses, default: problem } },
        ]),
      ),
    ]),
  );
  const { openapi, info, ...rest } = document;
  return { openapi, info, ...rest, paths };
}
