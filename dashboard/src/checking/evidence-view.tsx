/** What a check saw: failed expectations first, then redirects, headers, certificate chain and attempts. */
import type { ReactNode } from "react";
import type { Evidence } from "../../../src/contract/api/results.ts";
import type { ChainCertificate, CheckResult } from "../../../src/contract/check-result.ts";
import { ExactTime } from "../design/relative-time.tsx";
import { useFormat, useWords } from "../words/words.tsx";
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
    <div className="flex flex-col gap-5">
      <FailedExpectations result={result} evidence={evidence} />
      {withPhases && result.timings ? (
        <Part title={words.checking.phases}>
          <PhaseList phases={phasesOf(result.timings)} />
        </Part>
      ) : null}
      <Facts result={result} />
      {evidence.failedAttempts.length > 0 ? (
        <Part title={words.checking.failedAttempts}>
          <ol className="flex list-decimal flex-col gap-1 pl-5 text-sm">
            {evidence.failedAttempts.map(({ code, message }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: attempts are numbered
              <li key={index} className="break-words">
                {message} <span className="font-mono text-xs text-ink-faint">{code}</span>
              </li>
            ))}
          </ol>
        </Part>
      ) : null}
      {evidence.redirects && evidence.redirects.length > 0 ? (
        <Part title={words.checking.redirects(evidence.redirects.length)}>
          <ol className="flex flex-col gap-1 text-sm">
            {[result.url, ...evidence.redirects].map((url, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same address may come twice
              <li key={index} className="flex gap-2 break-all">
                <span className="text-ink-faint" aria-hidden>
                  {index === 0 ? "·" : "↳"}
                </span>
                {url}
              </li>
            ))}
          </ol>
        </Part>
      ) : null}
      <CertificateChain evidence={evidence} />
      <Headers evidence={evidence} />
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
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <p className="mb-1.5 text-xs font-medium text-ink-faint">{title}</p>
      {children}
    </section>
  );
}

function FailedExpectations({
  result,
  evidence,
}: {
  readonly result: CheckResult;
  readonly evidence: Evidence;
}) {
  const words = useWords();
  const failed = evidence.failedExpectations;
  if (result.error === null && failed.length === 0) return null;
  return (
    <div
      className={`rounded px-3 py-2.5 text-sm ${result.verdict === "degraded" ? "bg-degraded-wash" : "bg-down-wash"}`}
    >
      {result.error ? (
        <p className="break-words">
          <span className="font-medium">{result.error.message}</span>{" "}
          <span className="font-mono text-xs text-ink-muted">{result.error.code}</span>
        </p>
      ) : null}
      {failed.map(({ expectation, expected, found }, index) => (
        <dl
          // biome-ignore lint/suspicious/noArrayIndexKey: expectations have no identity of their own
          key={index}
          className="mt-2 grid grid-cols-[5rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 first:mt-0"
        >
          <dt className="text-ink-muted">{words.checking.expectation}</dt>
          <dd className="font-medium break-words">{expectation}</dd>
          <dt className="text-ink-muted">{words.checking.expected}</dt>
          <dd className="font-mono text-xs leading-5 break-words">{expected}</dd>
          <dt className="text-ink-muted">{words.checking.found}</dt>
          <dd className="font-mono text-xs leading-5 break-words">{found}</dd>
        </dl>
      ))}
    </div>
  );
}

function Facts({ result }: { readonly result: CheckResult }) {
  const words = useWords();
  const format = useFormat();
  const facts = [
    [words.checking.checkedAt, <ExactTime key="at" at={result.checkedAt} />],
    [words.checking.address, result.remoteAddress],
    [words.checking.protocol, result.protocol],
    [words.checking.pageSize, result.bytes === null ? null : format.bytes(result.bytes)],
    [words.checking.attempts, result.attempts > 1 ? format.number(result.attempts) : null],
    [
      words.checking.regexp,
      result.regexpMatched === null
        ? null
        : result.regexpMatched
          ? words.checking.matched
          : words.checking.notMatched,
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

function CertificateChain({ evidence }: { readonly evidence: Evidence }) {
  const words = useWords();
  const chain = evidence.certificateChain;
  if (!chain || chain.length === 0) return null;
  return (
    <Part title={words.checking.certificateChain}>
      <ol className="flex flex-col gap-2 text-sm">
        {chain.map((certificate, depth) => (
          <Certificate key={certificate.subject} certificate={certificate} depth={depth} />
        ))}
      </ol>
    </Part>
  );
}

function Certificate({
  certificate,
  depth,
}: {
  readonly certificate: ChainCertificate;
  readonly depth: number;
}) {
  const words = useWords();
  const format = useFormat();
  return (
    <li className="border-l-2 border-line pl-3" style={{ marginLeft: `${depth * 12}px` }}>
      <p className="break-words">{certificate.subject}</p>
      <p className="text-xs break-words text-ink-faint">
        {words.checking.issuedBy(certificate.issuer)} ·{" "}
        {words.checking.valid(format.day(certificate.validFrom), format.day(certificate.validTo))}
      </p>
    </li>
  );
}

function Headers({ evidence }: { readonly evidence: Evidence }) {
  const words = useWords();
  const headers = evidence.responseHeaders;
  if (!headers || headers.length === 0) return null;
  return (
    <Part title={words.checking.headers}>
      <dl className="grid grid-cols-1 gap-x-4 gap-y-0.5 font-mono text-xs leading-5 sm:grid-cols-[minmax(0,14rem)_minmax(0,1fr)]">
        {headers.map(({ name, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header may repeat
          <div key={index} className="contents">
            <dt className="break-all text-ink-muted">{name}</dt>
            <dd className="break-all max-sm:mb-1 max-sm:pl-3">{value}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}
