/** Makes a chosen colour readable as text: WCAG 2.2, success criterion 1.4.3, asks for a contrast of 4.5 to 1. */

const ENOUGH = 4.5;
const STEPS = 20;

type Colour = readonly [red: number, green: number, blue: number];

/** Returns the colour nearest to `accent`, mixed with black or white, that can be read on `ground`. Both are `#rrggbb`. */
export function readableOn(ground: string, accent: string): string {
  const below = channelsOf(ground);
  const towards: Colour = luminanceOf(below) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  const wanted = channelsOf(accent);
  for (let step = 0; step < STEPS; step += 1) {
    const mixed = mix(wanted, towards, step / STEPS);
    if (contrastOf(mixed, below) >= ENOUGH) return hexOf(mixed);
  }
  return hexOf(towards);
}

function channelsOf(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hexOf(colour: Colour): string {
  return `#${colour.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const at = (channel: 0 | 1 | 2): number =>
    Math.round(from[channel] + (to[channel] - from[channel]) * share);
  return [at(0), at(1), at(2)];
}

/** Contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio"). */
function contrastOf(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminanceOf([red, green, blue]: Colour): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
