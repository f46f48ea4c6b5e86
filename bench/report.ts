/** Figures of a bench as a table: a ratio stands beside what it was measured against, in the same run. */

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** The raw limit, or a peer, measured in the same run. */
  readonly against?: number;
  /** The least ratio (`value / against`) that is good enough. */
  readonly goal?: number;
  /** The largest value that is good enough. */
  readonly atMost?: number;
}

export function formatFigures(title: string, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => `| ${cells(figure).join(" | ")} |`);
  return [`\n### ${title}\n`, "| what | figure | ratio | goal |", "|---|---:|---:|---:|", ...rows, ""].join(
    "\n",
  );
}

function cells({ name, unit, value, against, goal, atMost }: Figure): readonly string[] {
  const ratio = against === undefined ? "" : `${(value / against).toFixed(2)} ×`;
  const wanted = goal !== undefined ? `≥ ${goal} ×` : atMost !== undefined ? `≤ ${atMost}` : "";
  return [name, `${formatNumber(value)} ${unit}`, ratio, wanted];
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}
