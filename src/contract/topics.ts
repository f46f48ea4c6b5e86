/** The topics Sitewire owns. A prefix lets several deployments share one cluster. */
export const CHECKS_TOPIC = "sitewire.checks";
export const CHECKS_DEAD_TOPIC = "sitewire.checks.dead";
export const INCIDENTS_TOPIC = "sitewire.incidents";
/** The topic of the original system, whose messages the consumer also reads. */
export const ORIGINAL_TOPIC = "site-monitor";
