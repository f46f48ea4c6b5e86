/**
 * The dead man's switch. While results flow, calls the heartbeat's URL: a service outside notices when the calls stop. When
 * results stop, opens an incident of the kind `pipeline` and plans its messages at once, because the event log may be what
 * has stopped.
 */
import type { HeartbeatSettings } from "../../../contract/alerting/heartbeat-settings.ts";
import type { IncidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { repeatUntilAborted } from "../../running/repeating.ts";
import { type FlowProgress, type FlowSample, observeFlow, stoppedBecause } from "./pipeline-flow.ts";

export interface PipelineIncidents {
  /** `site` is the canary's id, name or URL; null samples the results of all sites. Throws `UnavailableError`. */
  sample(site: string | null): Promise<Omit<FlowSample, "unrecorded">>;
  /**
   * Opens the incident, unless it is open. Its id is derived from `sinceMs`, so several notifiers open the same one.
   * Returns the step; null when there is none. Throws `UnavailableError`.
   */
  open(sinceMs: number, reason: string): Promise<PipelineStep | null>;
  /** Resolves the incident, if it is open. Throws `UnavailableError`. */
  resolve(): Promise<PipelineStep | null>;
}

export interface PipelineStep {
  readonly step: IncidentEvent;
  readonly position: number;
}

export interface PipelineWatchOptions {
  readonly settings: HeartbeatSettings;
  readonly incidents: PipelineIncidents;
  /** Number of published events that are not recorded; null while the event log cannot tell. */
  readonly unrecorded: () => Promise<number | null>;
  /** Plans the messages of a step. Throws `UnavailableError`. */
  readonly plan: (step: PipelineStep) => Promise<void>;
  /** Calls the heartbeat's URL. Resolves with the reason when the call fails; null when it succeeds. */
  readonly callHeartbeat: (signal: AbortSignal) => Promise<string | null>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Watches until the signal aborts. */
export async function watchPipeline(options: PipelineWatchOptions, signal: AbortSignal): Promise<void> {
  const { settings, incidents, unrecorded, plan, clock, log } = options;
  let progress: FlowProgress | null = null;
  let failure: string | null = null;
  const watch = async (): Promise<number> => {
    const sample = { ...(await incidents.sample(settings.site ?? null)), unrecorded: await unrecorded() };
    const flow = observeFlow(progress, sample, { nowMs: clock.now(), afterMs: settings.after });
    progress = flow.progress;
    if (flow.state === "stopped") {
      const opened = await incidents.open(sample.newestMs, stoppedBecause(sample));
      if (opened !== null) {
        log.error({ since: opened.step.since, reason: opened.step.cause?.message }, "results have stopped");
        await plan(opened);
      }
    } else if (flow.state !== "catching up") {
      const resolved = await incidents.resolve();
      if (resolved !== null) {
        log.info({}, "results flow again");
        await plan(resolved);
      }
    }
    if (flow.state === "flowing") {
      const reason = await options.callHeartbeat(signal);
      if (reason !== null && failure === null) log.warn({ reason }, "heartbeat call failed");
      if (reason === null && failure !== null) log.info({}, "heartbeat call succeeded again");
      failure = reason;
    }
    return settings.every;
  };
  await repeatUntilAborted(watch, { what: "pipeline watch", clock, log }, signal);
}
