/** "Who would be told?": for a site, a severity and a time, each route with why it is taken or not. */
import { useQuery } from "@tanstack/react-query";
import { Check, Minus } from "lucide-react";
import { useState } from "react";
import type { ExplainRequest, Explanation } from "../../../../src/contract/api/alerting/routes.ts";
import { request } from "../../api/request.ts";
import { SelectField, TextField } from "../../design/field.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { PickOne } from "../../design/picker.tsx";
import { useFormat, useWords } from "../../words/words.tsx";
import { useSiteChoices } from "../choices.ts";
import { Told } from "./route-item.tsx";

const severities = ["down", "degraded"] as const;

export function ExplainPanel({ revision }: { readonly revision: number }) {
  const words = useWords();
  const [site, setSite] = useState<string | null>(null);
  const [severity, setSeverity] = useState<(typeof severities)[number]>("down");
  const [at, setAt] = useState("");
  const atDate = at === "" ? null : new Date(at);
  const body: ExplainRequest = {
    site: site ?? "",
    severity,
    at: atDate === null || Number.isNaN(atDate.getTime()) ? null : atDate.toISOString(),
  };
  const explanation = useQuery({
    queryKey: ["explanation", revision, body],
    queryFn: async ({ signal }) =>
      (await request<Explanation>("/routes/explain", { method: "POST", body, signal })).content,
    enabled: site !== null,
    placeholderData: (before) => before,
  });
  return (
    <div className="rounded bg-surface p-4 ring-1 ring-inset ring-line">
      <div className="grid gap-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1.4fr)]">
        <PickOne
          label={words.settings.site}
          placeholder={words.settings.routes.pickSite}
          choices={useSiteChoices()}
          value={site}
          onChange={setSite}
        />
        <SelectField
          label={words.incidents.severity}
          value={severity}
          onChange={({ target }) => setSeverity(severities.find((each) => each === target.value) ?? "down")}
          options={severities.map((value) => ({ value, label: words.states[value] }))}
        />
        <TextField
          type="datetime-local"
          label={words.settings.routes.when}
          value={at}
          onChange={({ target }) => setAt(target.value)}
        />
      </div>
      {site === null ? (
        <p className="mt-3 text-sm text-ink-faint">{words.settings.routes.explainHint}</p>
      ) : (
        <div className="mt-4">
          <Loaded reading={explanation} rows={3}>
            {(answer) => <Answer explanation={answer} />}
          </Loaded>
        </div>
      )}
    </div>
  );
}

function Answer({ explanation: { routes, maintenance } }: { readonly explanation: Explanation }) {
  const words = useWords().settings.routes;
  const format = useFormat();
  const isTold = routes.some(({ taken }) => taken);
  return (
    <>
      {maintenance === null ? null : (
        <p className="mb-3 rounded bg-maintenance-wash px-3 py-2 text-sm text-maintenance">
          {words.heldBack(maintenance.name, format.dateTime(maintenance.untilAt))}
        </p>
      )}
      {isTold ? null : <p className="mb-3 text-sm font-medium">{words.nobody}</p>}
      <ol aria-label={words.explain} className="divide-y divide-line border-y border-line">
        {routes.map((route) => (
          <li key={route.path} className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2 py-2 text-sm">
            {route.taken ? (
              <Check size={15} aria-label={words.taken} className="mt-0.5 text-up" />
            ) : (
              <Minus size={15} aria-label={words.notTaken} className="mt-0.5 text-ink-faint" />
            )}
            <div className="min-w-0">
              <p className={route.taken ? "" : "text-ink-muted"}>
                <span className="font-medium">{words.route(route.path)}</span> · {route.reason}
              </p>
              {route.taken ? <Steps route={route} /> : null}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Who is told when, by what the route says. */
function Steps({ route }: { readonly route: Explanation["routes"][number] }) {
  const words = useWords().settings.routes;
  const format = useFormat();
  return (
    <ol className="mt-1.5 flex flex-col gap-1.5">
      <Step when={words.first(format.duration(route.waitMs))} told={route} />
      {route.escalate.map((step) => (
        <Step key={step.afterMs} when={words.escalates(format.duration(step.afterMs))} told={step} />
      ))}
      {route.repeatEveryMs === null ? null : (
        <li className="text-ink-muted">{words.repeats(format.duration(route.repeatEveryMs))}</li>
      )}
      {route.people.map(({ rotation, person, channels, at }) => (
        <li key={`${rotation} ${at}`} className="text-ink-muted">
          {person === null
            ? words.nobodyOnCall(rotation, format.dateTime(at))
            : words.onCallThen(rotation, format.dateTime(at), person, channels.join(", "))}
        </li>
      ))}
    </ol>
  );
}

function Step({
  when,
  told,
}: {
  readonly when: string;
  readonly told: { readonly channels: readonly string[]; readonly onCall: readonly string[] };
}) {
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <span className="text-ink-muted">{when}</span>
      <Told channels={told.channels} onCall={told.onCall} />
    </li>
  );
}
