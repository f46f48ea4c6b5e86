/** The topics Sitewire owns. A prefix of their own lets several deployments share one cluster. */

export interface Topics {
  /** Results of checks. */
  readonly checks: string;
  /** Messages that could not be recorded, with their reasons, and the notes that settle them. */
  readonly checksDead: string;
  /** Steps of incidents. */
  readonly incidents: string;
}

export const DEFAULT_TOPIC_PREFIX = "sitewire";

export function topicsOf(prefix: string): Topics {
  return {
    checks: `${prefix}.checks`,
    checksDead: `${prefix}.checks.dead`,
    incidents: `${prefix}.incidents`,
  };
}

export const CHECKS_TOPIC = topicsOf(DEFAULT_TOPIC_PREFIX).checks;
