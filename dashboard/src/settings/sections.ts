/** The pages of the settings, and the right that each takes. */
import type { Right } from "../api/session.ts";

export const sections = [
  { name: "channels", to: "/settings/channels", right: "edit" },
  { name: "routes", to: "/settings/routes", right: "edit" },
  { name: "maintenance", to: "/settings/maintenance", right: "read" },
  { name: "silences", to: "/settings/silences", right: "read" },
  { name: "deliveries", to: "/settings/deliveries", right: "read" },
  { name: "statusPages", to: "/settings/status-pages", right: "read" },
  { name: "people", to: "/settings/people", right: "administer" },
  { name: "tokens", to: "/settings/tokens", right: "read" },
  { name: "audit", to: "/settings/audit", right: "administer" },
] as const satisfies readonly { name: string; to: string; right: Right }[];
