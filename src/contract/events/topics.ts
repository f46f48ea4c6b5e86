/** The topics that Sitewire owns. Different prefixes let several deployments share one cluster. */

export interface Topics {
  /** Check results. */
  readonly checks: string;
  /** Messages that could not be recorded, with their reasons, and the events that settle them. */
  readonly checksDead: string;
  /** Incident steps. */
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
