/** The pages a person goes to, and the keys that lead there (`g`, then the key). */
import { Activity, FileChartColumn, type LucideIcon, Monitor, Rows3, Settings, Siren } from "lucide-react";

export const pages = [
  { name: "sites", to: "/", key: "s", icon: Rows3 },
  { name: "incidents", to: "/incidents", key: "i", icon: Siren },
  { name: "reports", to: "/reports", key: "r", icon: FileChartColumn },
  { name: "pipeline", to: "/pipeline", key: "p", icon: Activity },
  { name: "settings", to: "/settings", key: "e", icon: Settings },
  { name: "wall", to: "/wall", key: "w", icon: Monitor },
] as const satisfies readonly { name: string; to: string; key: string; icon: LucideIcon }[];
