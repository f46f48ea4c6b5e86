/** Where to connect in place of a host and port, as curl's `--connect-to` and `--resolve` have it. */
import type { Destination } from "./dialling.ts";

/** `host:port:host:port`; an IPv6 address stands in brackets, and an empty part is any, or the same. */
const RULE_PATTERN = /^(\[[^\]]*\]|[^:[\]]*):(\d*):(\[[^\]]*\]|[^:[\]]*):(\d*)$/;

/** The first rule that fits decides. The rules are known to be well formed. */
export function destinationInstead(rules: readonly string[]): (to: Destination) => Destination {
  const parsed = rules.flatMap((rule) => {
    const match = RULE_PATTERN.exec(rule);
    if (match === null) return [];
    const [, host = "", port = "", otherHost = "", otherPort = ""] = match;
    return [{ host: bare(host), port, otherHost: bare(otherHost), otherPort }];
  });
  return (to) => {
    const rule = parsed.find(
      ({ host, port }) =>
        (host === "" || host === to.host.toLowerCase()) && (port === "" || Number(port) === to.port),
    );
    if (rule === undefined) return to;
    return {
      host: rule.otherHost === "" ? to.host : rule.otherHost,
      port: rule.otherPort === "" ? to.port : Number(rule.otherPort),
    };
  };
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
}
