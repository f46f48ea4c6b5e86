/** The form of a route: what is typed and chosen, and the route that it stands for. */
import type { WrittenRoute } from "../../../../src/contract/api/alerting/routes.ts";

type Match = NonNullable<WrittenRoute["match"]>;
export type Weekday = NonNullable<Match["days"]>[number];
export type Grouping = NonNullable<WrittenRoute["groupBy"]>[number];

export interface EscalationValues {
  /** For React: a step has no identity of its own. */
  readonly key: number;
  readonly after: string;
  readonly channels: readonly string[];
  readonly onCall: readonly string[];
}

/** Empty texts and lists stand for what is not given. */
export interface RouteValues {
  readonly tag: string | null;
  readonly site: string | null;
  readonly severity: Match["severity"] | "";
  readonly kind: Match["kind"] | "";
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  readonly channels: readonly string[];
  readonly onCall: readonly string[];
  readonly escalate: readonly EscalationValues[];
  readonly wait: string;
  readonly groupBy: readonly Grouping[];
  readonly repeatEvery: string;
  readonly goesOn: boolean;
}

export function routeValuesOf(route: WrittenRoute | null, ownZone: string): RouteValues {
  const { match = {}, channels = [], onCall = [], escalate = [], groupBy = [] } = route ?? {};
  return {
    tag: match.tag ?? null,
    site: match.site ?? null,
    severity: match.severity ?? "",
    kind: match.kind ?? "",
    days: match.days ?? [],
    from: match.from ?? "",
    to: match.to ?? "",
    timezone: route === null ? ownZone : (match.timezone ?? "UTC"),
    channels,
    onCall,
    escalate: escalate.map((step, key) => ({
      key,
      after: String(step.after),
      channels: step.channels ?? [],
      onCall: step.onCall ?? [],
    })),
    wait: String(route?.wait ?? ""),
    groupBy,
    repeatEvery: String(route?.repeatEvery ?? ""),
    goesOn: route?.continue ?? false,
  };
}

/** `before` is the route that is edited: its inner routes stay. */
export function routeOf(values: RouteValues, before: WrittenRoute | null): WrittenRoute {
  const match = matchOf(values);
  return {
    ...(Object.keys(match).length === 0 ? {} : { match }),
    ...toldOf(values),
    ...(values.escalate.length === 0
      ? {}
      : { escalate: values.escalate.map((step) => ({ after: step.after.trim(), ...toldOf(step) })) }),
    ...(values.wait.trim() === "" ? {} : { wait: values.wait.trim() }),
    ...(values.groupBy.length === 0 ? {} : { groupBy: [...values.groupBy] }),
    ...(values.repeatEvery.trim() === "" ? {} : { repeatEvery: values.repeatEvery.trim() }),
    ...(values.goesOn ? { continue: true } : {}),
    ...(before?.routes === undefined ? {} : { routes: before.routes }),
  };
}

function matchOf({ tag, site, severity, kind, days, from, to, timezone }: RouteValues): Match {
  const hasTime = days.length > 0 || from !== "" || to !== "";
  return {
    ...(tag === null ? {} : { tag }),
    ...(site === null ? {} : { site }),
    ...(severity === "" ? {} : { severity }),
    ...(kind === "" ? {} : { kind }),
    ...(days.length === 0 ? {} : { days: [...days] }),
    ...(from === "" ? {} : { from }),
    ...(to === "" ? {} : { to }),
    ...(hasTime ? { timezone } : {}),
  };
}

function toldOf({ channels, onCall }: Pick<RouteValues, "channels" | "onCall">) {
  return {
    ...(channels.length === 0 ? {} : { channels: [...channels] }),
    ...(onCall.length === 0 ? {} : { onCall: [...onCall] }),
  };
}
