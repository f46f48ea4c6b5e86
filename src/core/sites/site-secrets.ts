/** The secrets in a site's settings, so that what is recorded of its responses does not repeat them. */
import type { Site } from "../../contract/checks/site.ts";

/** Header names whose values may be secret. */
export const SECRET_HEADER_PATTERN = /auth|cookie|token|secret|key|password/i;

/** Returns passwords, tokens, keys, and the values of headers that may contain one; none of them empty. */
export function siteSecrets({ url, options }: Pick<Site, "url" | "options">): readonly string[] {
  const { headers, authentication, tls, proxy } = options;
  const secrets = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    SECRET_HEADER_PATTERN.test(name) ? [value] : [],
  );
  if (authentication?.type === "bearer") secrets.push(authentication.token);
  if (authentication?.type === "basic") {
    const { username, password } = authentication;
    secrets.push(password, Buffer.from(`${username}:${password}`).toString("base64"));
  }
  if (tls?.key !== undefined) secrets.push(tls.key);
  for (const address of [url, proxy ?? ""]) secrets.push(...passwordsOf(address));
  return [...new Set(secrets)].filter((secret) => secret !== "");
}

function passwordsOf(address: string): readonly string[] {
  const parsed = URL.parse(address);
  if (parsed === null || parsed.password === "") return [];
  try {
    return [parsed.password, decodeURIComponent(parsed.password)];
  } catch {
    return [parsed.password];
  }
}
