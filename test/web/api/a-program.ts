// A program with a token: it may edit what its tags let it see.
import { createAccessToken } from "../../../src/apps/operations/accounts/tokens.ts";
import type { Right } from "../../../src/core/accounts/rights.ts";
import type { TestServer } from "../../harness/server.ts";

export interface Program {
  readonly authorization: string;
  get(path: string): Promise<Response>;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
}

export async function aProgram(
  server: TestServer,
  {
    scopes = ["read", "edit"],
    tags = null,
  }: { readonly scopes?: readonly Right[]; readonly tags?: readonly string[] | null } = {},
): Promise<Program> {
  const by = { actor: { kind: "command line" as const, id: null, name: "test" }, address: null };
  const request = { name: "test", scopes, tags, ownerId: null, lifetimeMs: null };
  const { secret } = await createAccessToken(server.database, by, request, Date.now());
  const authorization = `Bearer ${secret}`;
  return {
    authorization,
    get: (path) => server.get(path, { headers: { authorization } }),
    send: (method, path, body, headers) => server.send(method, path, body, { authorization, ...headers }),
  };
}
