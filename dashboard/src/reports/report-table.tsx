/** The rows of a report. Columns that matter less go first where there is little room. */
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { ReportRow, UptimeReport } from "../../../src/contract/api/reports/uptime-report.ts";
import { classNames } from "../design/class-names.ts";
import { useFormat, useWords } from "../words/words.tsx";

const wide = "max-lg:hidden";
const middle = "max-sm:hidden";

export function ReportTable({ report }: { readonly report: UptimeReport }) {
  const words = useWords();
  const { by, items, total } = report;
  const hasObjective = [...items, total].some(({ objective }) => objective !== null);
  return (
    <table className="w-full text-sm tabular-nums">
      <thead>
        <tr className="border-b border-line text-right align-bottom text-xs text-ink-muted [&>th]:px-2 [&>th]:py-1.5 [&>th]:font-medium">
          <th scope="col" className="pl-0! text-left">
            {words.reports.rows[by]}
          </th>
          <th scope="col">{words.reports.uptime}</th>
          {hasObjective ? (
            <>
              <th scope="col" className={middle}>
                {words.reports.objective}
              </th>
              <th scope="col">{words.reports.budgetLeft}</th>
            </>
          ) : null}
          <th scope="col" className={middle}>
            {words.reports.coverage}
          </th>
          <th scope="col" className={middle}>
            {words.reports.outages}
          </th>
          <th scope="col" className={middle}>
            {words.reports.downtime}
          </th>
          <th scope="col" className={wide}>
            {words.reports.longest}
          </th>
          <th scope="col" className={wide}>
            {words.reports.recovery}
          </th>
          <th scope="col" className={wide}>
            {words.reports.maintenance}
          </th>
          <th scope="col" className={wide}>
            p50
          </th>
          <th scope="col" className={wide}>
            p95
          </th>
          <th scope="col" className={classNames(wide, "pr-0!")}>
            p99
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((row) => (
          <Row key={row.key} row={row} by={by} hasObjective={hasObjective} />
        ))}
      </tbody>
      {items.length > 1 ? (
        <tfoot className="font-semibold">
          <Row
            row={{ ...total, label: words.reports.total(total.sites) }}
            by="total"
            hasObjective={hasObjective}
          />
        </tfoot>
      ) : null}
    </table>
  );
}

const Row = memo(function Row({
  row,
  by,
  hasObjective,
}: {
  readonly row: ReportRow;
  readonly by: UptimeReport["by"] | "total";
  readonly hasObjective: boolean;
}) {
  const words = useWords();
  const format = useFormat();
  const share = (value: number | null) => (value === null ? "–" : format.percent(value, 3));
  const duration = (value: number | null) =>
    value === null ? "–" : value === 0 ? "0" : format.duration(value);
  const milliseconds = (value: number | null) => (value === null ? "–" : format.milliseconds(value));
  const { uptime, uptimeWithMaintenance } = row;
  return (
    <tr className="border-b border-line text-right align-top last:border-b-0 [&>*]:px-2 [&>*]:py-1.5">
      <th scope="row" className="pl-0! text-left font-medium break-words">
        {by === "site" ? (
          <Link to="/sites/$id" params={{ id: row.key }} className="hover:underline">
            {row.label}
          </Link>
        ) : (
          row.label
        )}
        {by === "tag" || by === "group" ? (
          <span className="ml-2 text-xs font-normal text-ink-faint">{words.reports.total(row.sites)}</span>
        ) : null}
      </th>
      <td>
        {share(uptime)}
        {uptimeWithMaintenance === null || share(uptimeWithMaintenance) === share(uptime) ? null : (
          <span className="block text-xs font-normal text-ink-faint">
            {words.reports.withMaintenance(share(uptimeWithMaintenance))}
          </span>
        )}
      </td>
      {hasObjective ? (
        <>
          <td className={middle}>
            {share(row.objective)}
            {row.isMet === null ? null : (
              <span className={classNames("block text-xs font-medium", row.isMet ? "text-up" : "text-down")}>
                {row.isMet ? words.reports.met : words.reports.missed}
              </span>
            )}
          </td>
          <td className={row.budgetLeft !== null && row.budgetLeft < 0 ? "text-down" : undefined}>
            {row.budgetLeft === null ? "–" : format.percent(row.budgetLeft, 0)}
          </td>
        </>
      ) : null}
      <td className={middle}>{share(row.coverage)}</td>
      <td className={middle}>{format.number(row.outages)}</td>
      <td className={middle}>{duration(row.downMs)}</td>
      <td className={wide}>{duration(row.longestOutageMs)}</td>
      <td className={wide}>{duration(row.meanTimeToRecoveryMs)}</td>
      <td className={wide}>{duration(row.maintenanceMs)}</td>
      <td className={wide}>{milliseconds(row.p50Ms)}</td>
      <td className={wide}>{milliseconds(row.p95Ms)}</td>
      <td className={classNames(wide, "pr-0!")}>{milliseconds(row.p99Ms)}</td>
    </tr>
  );
});
