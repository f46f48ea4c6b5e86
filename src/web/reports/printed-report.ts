/** `/reports/uptime`: the uptime report as a page for the screen and for paper. It works without scripts. */
import { z } from "zod";
import { readUptimeReport } from "../../apps/operations/reports/uptime-report.ts";
import { uptimeReportQuerySchema } from "../../contract/api/reports/uptime-report.ts";
import { reportHtml } from "../../core/reporting/printing/report-html.ts";
import { REPORT_STYLES } from "../../core/reporting/printing/report-styles.ts";
import { reportLanguages } from "../../core/reporting/printing/report-words.ts";
import type { RouteGroup } from "../api/api-server.ts";
import { inputOf } from "../api/reports/uptime-report.ts";

const STYLES_PATH = "/reports/uptime.css";

const querystring = uptimeReportQuerySchema.extend({ language: z.enum(reportLanguages).default("en") });

export const printedReportRoutes: RouteGroup = (server, resources) => {
  server.get(
    "/reports/uptime",
    { config: { right: "read" }, schema: { hide: true, querystring } },
    async ({ query: { language, ...query }, actor }, reply) => {
      const report = await readUptimeReport(resources, inputOf(query, actor));
      return reply
        .type("text/html; charset=utf-8")
        .header("cache-control", "no-store")
        .send(reportHtml(report, { language, stylesheet: STYLES_PATH }));
    },
  );

  server.get(STYLES_PATH, { config: { right: "public" }, schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=300").send(REPORT_STYLES),
  );
};
