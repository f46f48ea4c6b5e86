/** Formats the evidence of an incident as lines for people. */
import type {
  EvidenceChange,
  IncidentEvidence,
  LocationView,
} from "../contract/alerting/incident-evidence.ts";
import type { ShownIncident } from "../core/incidents/ports.ts";

const PHASES = [
  ["dnsMs", "DNS"],
  ["connectMs", "connect"],
  ["tlsMs", "TLS"],
  ["firstByteMs", "first byte"],
  ["downloadMs", "download"],
] as const;

/** The evidence of each step that has any, and what changed at recovery. A body's lines are indented. */
export function evidenceLines({ timeline, changes }: ShownIncident): readonly string[] {
  const seen = timeline.flatMap(({ step, evidence }) =>
    evidence === null ? [] : ["", `${step}: seen in the slot ${evidence.slot}`, ...linesOf(evidence)],
  );
  return changes.length === 0 ? seen : [...seen, "", "changed at recovery", ...changes.map(changeLine)];
}

function linesOf({ locations, response, certificateChain }: IncidentEvidence): readonly string[] {
  const lines = locations.flatMap(viewLines);
  if (response !== null) {
    lines.push(`  response, as ${response.location} got it`);
    lines.push(...response.redirects.map((url) => `    redirected to ${url}`));
    lines.push(...response.headers.map(({ name, value }) => `    ${name}: ${value}`));
    const body = response.body?.trim() ?? "";
    if (body !== "") lines.push(...body.split(/\r?\n/).map((line) => `    | ${printable(line)}`));
    if (response.bodyCut) lines.push("    | …");
  }
  for (const { subject, issuer, validTo } of certificateChain) {
    lines.push(`  certificate ${subject}, issued by ${issuer}, valid until ${validTo}`);
  }
  return lines;
}

function viewLines(view: LocationView): string[] {
  const { location, outcome, statusCode, error, remoteAddress, timings, attempts } = view;
  const head = [`  ${location} ${outcome}`];
  if (statusCode !== null) head.push(`status ${statusCode}`);
  if (error !== null) head.push(`${error.code}: ${error.message}`);
  if (remoteAddress !== null) head.push(remoteAddress);
  if (attempts > 1) head.push(`${attempts} attempts`);
  const lines = [head.join("  ")];
  if (timings !== null) {
    const phases = PHASES.flatMap(([name, label]) => {
      const ms = timings[name];
      return ms === null ? [] : [`${label} ${Math.round(ms)} ms`];
    });
    lines.push(`    ${[...phases, `total ${Math.round(timings.totalMs)} ms`].join(", ")}`);
  }
  for (const { expectation, expected, found } of view.failedExpectations) {
    lines.push(`    ${expectation}: expected ${expected}, found ${found}`);
  }
  return lines;
}

function changeLine({ what, before, after }: EvidenceChange): string {
  return `  ${what}: ${before ?? "none"} → ${after ?? "none"}`;
}

/** A page's control characters must not reach the terminal. */
function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
  return line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}
