/** What one check saw: why it failed, phases, facts, and the response. Two columns where there is room. */
import type { Evidence } from "../../../src/contract/api/sites/results.ts";
import type { CheckResult } from "../../../src/contract/checks/check-result.ts";
import { ExactTime } from "../design/relative-time.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import {
  CertificateChain,
  FailedAttempts,
  FailureReasons,
  Part,
  Redirects,
  ResponseHeaders,
} from "./evidence-parts.tsx";
import { PhaseList, phasesOf } from "./phase-list.tsx";

export function EvidenceView({
  result,
  evidence,
  withPhases = true,
}: {
  readonly result: CheckResult;
  readonly evidence: Evidence;
  /** False where the phases are shown already, as they happened. */
  readonly withPhases?: boolean;
}) {
  const words = useWords();
  return (
    <div className="@container">
      <div className="grid gap-x-10 gap-y-5 @4xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <FailureReasons
            verdict={result.verdict}
            error={result.error}
            failedExpectations={evidence.failedExpectations}
          />
          {withPhases && result.timings ? (
            <Part title={words.checking.phases}>
              <PhaseList phases={phasesOf(result.timings)} />
            </Part>
          ) : null}
          <Facts result={result} />
          <FailedAttempts attempts={evidence.failedAttempts} />
          <Redirects url={result.url} redirects={evidence.redirects} />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <CertificateChain chain={evidence.certificateChain} />
          <ResponseHeaders headers={evidence.responseHeaders} />
          {evidence.irregularities.length > 0 ? (
            <Part title={words.checking.irregularities}>
              <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
                {evidence.irregularities.map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            </Part>
          ) : null}
        </div>
      </div>
    </div>
  );
}

function Facts({ result }: { readonly result: CheckResult }) {
  const words = useWords();
  const format = useFormat();
  const { remoteAddress, protocol, bytes, attempts, regexpMatched } = result;
  const facts = [
    [words.checking.checkedAt, <ExactTime key="at" at={result.checkedAt} />],
    [words.checking.address, remoteAddress],
    [words.checking.protocol, protocol],
    [words.checking.pageSize, bytes === null ? null : format.bytes(bytes)],
    [words.checking.attempts, attempts > 1 ? format.number(attempts) : null],
    [
      words.checking.regexp,
      regexpMatched === null ? null : regexpMatched ? words.checking.matched : words.checking.notMatched,
    ],
  ] as const;
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 text-sm">
      {facts.map(([label, value]) =>
        value === null || value === undefined ? null : (
          <div key={label} className="min-w-0">
            <dt className="text-xs text-ink-faint">{label}</dt>
            <dd className="break-all">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
