/** `/api/v1/reports/uptime`: uptime against objectives, as JSON and as CSV. */
import type { z } from "zod";
import type { ReportInput } from "../../../apps/operations/reports/uptime-report.ts";
import { readUptimeReport } from "../../../apps/operations/reports/uptime-report.ts";
import { uptimeReportQuerySchema, uptimeReportSchema } from "../../../contract/api/reports/uptime-report.ts";
import type { Actor } from "../../../core/accounts/actor.ts";
import { reportCsv } from "../../../core/reporting/printing/report-csv.ts";
import type { RouteGroup } from "../api-server.ts";

const config = { right: "read" } as const;
const tags = ["reports"];
const description =
  "Whole days of a time zone: a month, or from one day to another. Uptime leaves planned maintenance out; coverage tells how much of what was due was observed.";

export const uptimeReportRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/api/v1/reports/uptime",
    {
      config,
      schema: {
        summary: "Report uptime by site, tag or group",
        description,
        tags,
        querystring: uptimeReportQuerySchema,
        response: { 200: uptimeReportSchema },
      },
    },
    async ({ query, actor }) => await readUptimeReport(resources, inputOf(query, actor)),
  );

  server.get(
    "/api/v1/reports/uptime.csv",
    {
      config,
      schema: {
        summary: "Report uptime by site, tag or group, as CSV",
        description: `${description} Comma-separated values (RFC 4180); the last line is the total.`,
        tags,
        querystring: uptimeReportQuerySchema,
      },
    },
    async ({ query, actor }, reply) => {
      const report = await readUptimeReport(resources, inputOf(query, actor));
      return reply
        .type("text/csv; charset=utf-8; header=present")
        .header("content-disposition", `attachment; filename="uptime-${report.from}-${report.to}.csv"`)
        .send(reportCsv(report));
    },
  );
};

export function inputOf(query: z.output<typeof uptimeReportQuerySchema>, { tags }: Actor): ReportInput {
  return { ...query, visibleTags: tags };
}
