/** Formats incidents and their steps as one line each. Times are UTC. */
import { styleText } from "node:util";
import type { IncidentEvent } from "../contract/alerting/incident-event.ts";
import { readableDuration } from "../contract/duration.ts";
import type { Incident, TimelineEntry } from "../core/incidents/ports.ts";

const STATE_WIDTH = 12;

/** Formats state, severity, start, duration, site and cause. `colour` is true on a terminal with colours. */
export function formatIncidentLine(incident: Incident, nowMs: number, colour: boolean): string {
  const { state, severity, sinceMs, resolvedAtMs, goodSinceMs, siteName, url, cause, flapping } = incident;
  const endMs = goodSinceMs ?? resolvedAtMs ?? nowMs;
  const parts = [
    incident.id,
    paint(state.padEnd(STATE_WIDTH), state === "resolved" ? "green" : colourOf(severity), colour),
    severity.padEnd("degraded".length),
    `since ${formatInstant(sinceMs)}`,
    `for ${readableDuration(Math.max(0, endMs - sinceMs))}`,
    siteName === null ? url : `${siteName} ${url}`,
  ];
  if (flapping) parts.push("flapping");
  if (cause !== null) parts.push(`${cause.code}: ${cause.message}`);
  return parts.join("  ");
}

/** Formats an incident step with the columns of a result line, for output among results. */
export function formatStepLine(step: IncidentEvent, colour: boolean): string {
  const head = `incident ${step.step}`;
  const parts = [
    `${step.at.slice(0, 19).replace("T", " ")}Z`,
    paint(head, step.step === "resolved" ? "green" : colourOf(step.severity), colour),
    step.siteName === null ? step.url : `${step.siteName} ${step.url}`,
    `${step.severity} since ${formatInstant(Date.parse(step.since))}`,
  ];
  if (step.goodSince !== null) {
    parts.push(`up again after ${readableDuration(Date.parse(step.goodSince) - Date.parse(step.since))}`);
  }
  if (step.flapping) parts.push("flapping");
  if (step.by !== null) parts.push(`by ${step.by}`);
  if (step.step === "opened" && step.cause !== null) parts.push(`${step.cause.code}: ${step.cause.message}`);
  return parts.join("  ");
}

export function formatTimelineLine({ step, atMs, by, note, outcomes }: TimelineEntry): string {
  const parts = [formatInstant(atMs), step.padEnd("acknowledged".length)];
  if (by !== null) parts.push(`by ${by}`);
  if (outcomes !== null) {
    const views = Object.entries(outcomes).map(([location, outcome]) => `${location} ${outcome}`);
    parts.push(views.sort().join(", "));
  }
  if (note !== null) parts.push(note);
  return parts.join("  ");
}

function formatInstant(instantMs: number): string {
  return `${new Date(Math.round(instantMs)).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

function colourOf(severity: Incident["severity"]): "red" | "yellow" {
  return severity === "down" ? "red" : "yellow";
}

function paint(text: string, hue: "red" | "yellow" | "green", colour: boolean): string {
  return colour ? styleText(hue, text, { validateStream: false }) : text;
}
