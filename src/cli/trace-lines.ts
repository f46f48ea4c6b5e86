/** Formats the events of an attempt in curl's style: `*` is information, `>` was sent, `<` was received. */
import type { TraceEvent } from "../core/checking/trace.ts";

/** Returns lines without line breaks. Replaces control characters that a server sent. */
export function traceLines(event: TraceEvent): readonly string[] {
  return linesOf(event).map((line) => line.replaceAll(/\p{Cc}/gu, "\ufffd"));
}

function linesOf(event: TraceEvent): readonly string[] {
  switch (event.kind) {
    case "resolved":
      return [`* ${event.host} is ${event.addresses.join(", ")}`];
    case "connecting":
      return [`* trying ${event.where}`];
    case "connected":
      return [`* connected to ${event.where}`];
    case "connectFailed":
      return [`* ${event.reason}`];
    case "secured":
      return securedLines(event);
    case "request":
      return [
        `> ${event.method} ${event.target} ${event.protocol === "h2" ? "HTTP/2" : "HTTP/1.1"}`,
        ...event.headers.map(([name, value]) => `> ${name}: ${value}`),
      ];
    case "response":
      return [
        `< ${event.statusCode}`,
        ...[...event.headers].flatMap(([name, values]) => values.map((value) => `< ${name}: ${value}`)),
      ];
    case "redirect":
      return [`* redirected to ${event.to}`];
    case "ended":
      return endedLines(event);
  }
}

type Of<Kind extends TraceEvent["kind"]> = Extract<TraceEvent, { readonly kind: Kind }>;

function securedLines({ version, cipher, chain, refusal }: Of<"secured">): readonly string[] {
  return [
    `* ${version}, ${cipher}`,
    ...chain.map(
      ({ subject, issuer, validFrom, validTo }) =>
        `*   ${subject}, issued by ${issuer}, valid from ${validFrom} to ${validTo}`,
    ),
    ...(refusal === null ? [] : [`* ${refusal}`]),
  ];
}

function endedLines({ timings, failure }: Of<"ended">): readonly string[] {
  const phases = Object.entries(timings ?? {}).flatMap(([name, durationMs]) =>
    durationMs === null ? [] : [`${name.replace(/Ms$/, "")} ${durationMs.toFixed(1)} ms`],
  );
  return [
    ...(failure === null ? [] : [`* failed: ${failure.code}: ${failure.message}`]),
    ...(phases.length === 0 ? [] : [`* ${phases.join(", ")}`]),
  ];
}
