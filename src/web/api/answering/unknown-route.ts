/** Answers requests that no route takes: 405 with `Allow` where the path takes other methods, else 404. */
import type { ApiServer } from "../api-server.ts";
import { problemOf, sendProblem } from "./problem.ts";

/** Call it before any route is added. */
export function answerUnknownRoutes(server: ApiServer): void {
  const methodsOf = new Map<string, Set<string>>();
  server.addHook("onRoute", ({ url, method }) => {
    if (!url.startsWith("/api/")) return;
    const methods = methodsOf.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    methodsOf.set(url, methods);
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const [allowed] = [...methodsOf].filter(([url]) => matches(url, path)).map(([, methods]) => methods);
    // With the method among them a part of the path is longer than any id.
    if (allowed === undefined || allowed.has(request.method)) {
      return sendProblem(reply, problemOf("not-found", `there is no ${request.method} ${path}`));
    }
    const methods = [...allowed].join(", ");
    reply.header("allow", methods);
    return sendProblem(reply, problemOf("wrong-method", `${path} takes ${methods}, not ${request.method}`));
  });
}

/** Whether a path is one of a route such as `/api/v1/sites/:id`. */
function matches(url: string, path: string): boolean {
  const [wanted, given] = [url.split("/"), path.split("/")];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part.startsWith(":") || part === given[index])
  );
}
