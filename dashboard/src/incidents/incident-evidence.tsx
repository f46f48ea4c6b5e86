/** What was seen when the incident began, worsened and ended, and what was different at recovery. */
import { useState } from "react";
import type { IncidentDetail, IncidentEvidence } from "../../../src/contract/api/alerting/incidents.ts";
import {
  CertificateChain,
  FailedAttempts,
  FailureReasons,
  Part,
  Redirects,
  ResponseHeaders,
} from "../checking/evidence-parts.tsx";
import { Button } from "../design/button.tsx";
import { Section } from "../design/page.tsx";
import { StateLabel } from "../design/state.tsx";
import { useFormat, useWords } from "../words/words.tsx";

export function IncidentEvidenceView({ detail }: { readonly detail: IncidentDetail }) {
  const words = useWords();
  const steps = detail.timeline.flatMap(({ position, step, evidence }) =>
    evidence === null ? [] : [{ position, step, evidence }],
  );
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = steps.find(({ position }) => position === chosen) ?? steps[0];
  return (
    <Section
      title={words.incidents.evidence}
      actions={
        steps.length > 1 ? (
          <fieldset aria-label={words.incidents.evidenceOf} className="flex">
            {steps.map(({ position, step }) => (
              <Button
                key={position}
                look="quiet"
                aria-pressed={position === shown?.position}
                onClick={() => setChosen(position)}
              >
                {words.incidents.steps[step]}
              </Button>
            ))}
          </fieldset>
        ) : null
      }
    >
      {shown === undefined ? (
        <p className="text-sm text-ink-muted">{words.incidents.noEvidence}</p>
      ) : (
        <Evidence evidence={shown.evidence} url={detail.incident.site.url} />
      )}
      <Changes changes={detail.changes} />
    </Section>
  );
}

function Evidence({ evidence, url }: { readonly evidence: IncidentEvidence; readonly url: string }) {
  const words = useWords();
  const { locations, response, certificateChain } = evidence;
  return (
    <div className="@container">
      <div className="grid gap-x-10 gap-y-5 @3xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          {locations.map((view) => (
            <Location key={view.location} view={view} />
          ))}
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <Redirects url={url} redirects={response?.redirects ?? null} />
          <ResponseHeaders headers={response?.headers ?? null} />
          {response?.body ? (
            <Part title={response.bodyCut ? words.incidents.bodyBeginning : words.incidents.body}>
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
                tabIndex={0}
                className="max-h-64 overflow-auto rounded bg-sunken p-3 font-mono text-xs leading-5 break-all whitespace-pre-wrap"
              >
                {response.body}
              </pre>
            </Part>
          ) : null}
          <CertificateChain chain={certificateChain} />
        </div>
      </div>
    </div>
  );
}

function Location({ view }: { readonly view: IncidentEvidence["locations"][number] }) {
  const words = useWords();
  const format = useFormat();
  const { location, outcome, statusCode, responseTimeMs, error, remoteAddress } = view;
  const isUp = outcome === "up";
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
        <span className="font-medium">{location}</span>
        <StateLabel state={outcome === "unobserved" ? "not observed" : outcome} />
        <span className="text-ink-muted">
          {[
            statusCode === null ? null : words.checking.status(statusCode),
            responseTimeMs === null ? null : format.milliseconds(responseTimeMs),
            remoteAddress,
          ]
            .filter((fact) => fact !== null)
            .join(" · ")}
        </span>
      </p>
      <FailureReasons
        verdict={outcome === "degraded" ? "degraded" : "down"}
        error={isUp ? null : error}
        failedExpectations={view.failedExpectations}
      />
      <FailedAttempts attempts={view.failedAttempts} />
    </div>
  );
}

function Changes({ changes }: { readonly changes: IncidentDetail["changes"] }) {
  const words = useWords();
  if (changes.length === 0) return null;
  return (
    <div className="mt-5">
      <Part title={words.incidents.changes}>
        <table className="w-full table-fixed text-left text-sm">
          <thead className="text-xs text-ink-faint">
            <tr>
              <th className="w-1/4 py-1 pr-3 font-normal">{words.incidents.what}</th>
              <th className="py-1 pr-3 font-normal">{words.incidents.before}</th>
              <th className="py-1 font-normal">{words.incidents.after}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ what, before, after }) => (
              <tr key={what} className="border-t border-line align-top">
                <th scope="row" className="py-1.5 pr-3 font-normal break-words text-ink-muted">
                  {what}
                </th>
                <td className="py-1.5 pr-3 break-words">{before ?? "–"}</td>
                <td className="py-1.5 break-words">{after ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Part>
    </div>
  );
}
