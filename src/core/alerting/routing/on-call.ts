/**
 * Determines who is on call. An override decides first, then the first layer that is on duty. Hand-overs are local times:
 * a turn that spans a change of the clocks is an hour longer or shorter.
 */
import type { Rotation, RotationLayer } from "../../../contract/alerting/on-call-settings.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import { instantOf, wallClockOf } from "../../local-time.ts";
import { isWithin, localTimeOf } from "./duty-times.ts";

/** Rotations by name. */
export type Rotations = Readonly<Record<string, Rotation>>;

export interface OnCall {
  readonly person: string;
  /** Channels that reach the person. */
  readonly channels: readonly string[];
  /** When the override or the person's turn ends, milliseconds since the epoch. */
  readonly untilMs: number;
  /** What put the person on call: `override`, or the layer's name or number. */
  readonly by: string;
}

const PERIOD_MS = { daily: DAY_MS, weekly: 7 * DAY_MS } as const;

/** Returns who is on call at an instant; null when nobody is. */
export function onCallAt(rotation: Rotation, atMs: number): OnCall | null {
  const { timezone, people, layers, overrides } = rotation;
  for (const { person, from, to } of overrides) {
    const untilMs = instantOf(wallClockIn(to), timezone);
    if (instantOf(wallClockIn(from), timezone) <= atMs && atMs < untilMs) {
      return { person, channels: people[person] ?? [], untilMs, by: "override" };
    }
  }
  const local = localTimeOf(atMs, timezone);
  for (const [index, layer] of layers.entries()) {
    const turn = isWithin(layer, local) ? turnAt(layer, timezone, atMs) : null;
    if (turn === null) continue;
    const { person, untilMs } = turn;
    return { person, channels: people[person] ?? [], untilMs, by: layer.name ?? `layer ${index + 1}` };
  }
  return null;
}

/** Returns whose turn it is in a layer; null before the layer starts. */
function turnAt(
  { order, handOver, at, start }: RotationLayer,
  timeZone: string,
  atMs: number,
): { readonly person: string; readonly untilMs: number } | null {
  const periodMs = PERIOD_MS[handOver];
  const firstMs = wallClockIn(`${start}T${at}`);
  const handOverMs = (turn: number): number => instantOf(firstMs + turn * periodMs, timeZone);
  // The wall clock repeats an hour when clocks go back, so the instants of the hand-overs decide.
  let turn = Math.floor((wallClockOf(atMs, timeZone) - firstMs) / periodMs);
  while (handOverMs(turn) > atMs) turn -= 1;
  while (handOverMs(turn + 1) <= atMs) turn += 1;
  if (turn < 0) return null;
  const person = order[turn % order.length];
  return person === undefined ? null : { person, untilMs: handOverMs(turn + 1) };
}

/** `local` is `YYYY-MM-DDTHH:MM`. */
function wallClockIn(local: string): number {
  return Date.parse(`${local}Z`);
}
