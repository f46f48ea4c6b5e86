/** Services that keep their own alerts: Sitewire opens and closes them. */
import { z } from "zod";
import { address, secret, serviceAddress, template, text } from "./fields.ts";

export const pagerDutySettingsSchema = z
  .strictObject({
    type: z.literal("pagerduty"),
    routingKey: secret("integration key of the service (Events API v2)"),
    url: serviceAddress("https://events.pagerduty.com"),
    template,
  })
  .describe("PagerDuty; an incident of Sitewire is one of PagerDuty's");

export const opsgenieSettingsSchema = z
  .strictObject({
    type: z.literal("opsgenie"),
    apiKey: secret("key of an API integration"),
    url: serviceAddress("https://api.opsgenie.com").describe(
      "where the service is; https://api.eu.opsgenie.com for accounts in the EU",
    ),
    template,
  })
  .describe("Opsgenie; an incident is one alert");

export const alertmanagerSettingsSchema = z
  .strictObject({
    type: z.literal("alertmanager"),
    url: address("the Alertmanager, such as http://alertmanager:9093"),
    user: text.optional().describe("logs in by HTTP Basic where it is given"),
    password: secret("the user's password").optional(),
    labels: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a Prometheus label name"), z.string())
      .default({})
      .describe("added to each alert's labels"),
    template,
  })
  .describe("Prometheus Alertmanager, whose routes decide further");

export type PagerDutySettings = z.infer<typeof pagerDutySettingsSchema>;
export type OpsgenieSettings = z.infer<typeof opsgenieSettingsSchema>;
export type AlertmanagerSettings = z.infer<typeof alertmanagerSettingsSchema>;
