/** Parts of what a check saw, for whoever shows evidence. */
import type { ReactNode } from "react";
import type {
  ChainCertificate,
  CheckError,
  FailedExpectation,
  Verdict,
} from "../../../src/contract/checks/check-result.ts";
import { useFormat, useWords } from "../words/words.tsx";

export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="min-w-0">
      <p className="mb-1.5 text-xs font-medium text-ink-faint">{title}</p>
      {children}
    </section>
  );
}

/** Why a check is not up: the error, and each failed expectation with expected and found. */
export function FailureReasons({
  verdict,
  error,
  failedExpectations,
}: {
  readonly verdict: Verdict;
  readonly error: CheckError | null;
  readonly failedExpectations: readonly FailedExpectation[];
}) {
  const words = useWords();
  if (error === null && failedExpectations.length === 0) return null;
  return (
    <div
      className={`rounded px-3 py-2.5 text-sm ${verdict === "degraded" ? "bg-degraded-wash" : "bg-down-wash"}`}
    >
      {error ? (
        <p className="break-words">
          <span className="inline-block font-medium first-letter:uppercase">{error.message}</span>{" "}
          <span className="font-mono text-xs text-ink-muted">{error.code}</span>
        </p>
      ) : null}
      {failedExpectations.map(({ expectation, expected, found }, index) => (
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

export function FailedAttempts({ attempts }: { readonly attempts: readonly CheckError[] }) {
  const words = useWords();
  if (attempts.length === 0) return null;
  return (
    <Part title={words.checking.failedAttempts}>
      <ol className="flex list-decimal flex-col gap-1 pl-5 text-sm">
        {attempts.map(({ code, message }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts are numbered
          <li key={index} className="break-words">
            {message} <span className="font-mono text-xs text-ink-faint">{code}</span>
          </li>
        ))}
      </ol>
    </Part>
  );
}

/** `redirects`: the URLs that redirects led to, in order. */
export function Redirects({
  url,
  redirects,
}: {
  readonly url: string;
  readonly redirects: readonly string[] | null;
}) {
  const words = useWords();
  if (redirects === null || redirects.length === 0) return null;
  return (
    <Part title={words.checking.redirects(redirects.length)}>
      <ol className="flex flex-col gap-1 text-sm">
        {[url, ...redirects].map((address, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same address may come twice
          <li key={index} className="flex gap-2 break-all">
            <span className="text-ink-faint" aria-hidden>
              {index === 0 ? "·" : "↳"}
            </span>
            {address}
          </li>
        ))}
      </ol>
    </Part>
  );
}

/** The server's certificate first. */
export function CertificateChain({ chain }: { readonly chain: readonly ChainCertificate[] | null }) {
  const words = useWords();
  const format = useFormat();
  if (chain === null || chain.length === 0) return null;
  return (
    <Part title={words.checking.certificateChain}>
      <ol className="flex flex-col gap-2 text-sm">
        {chain.map(({ subject, issuer, validFrom, validTo }, depth) => (
          <li
            key={`${subject} ${validTo}`}
            className="border-l-2 border-line pl-3"
            style={{ marginLeft: `${depth * 12}px` }}
          >
            <p className="break-words">{subject}</p>
            <p className="text-xs break-words text-ink-faint">
              {words.checking.issuedBy(issuer)} ·{" "}
              {words.checking.valid(format.day(validFrom), format.day(validTo))}
            </p>
          </li>
        ))}
      </ol>
    </Part>
  );
}

export function ResponseHeaders({
  headers,
}: {
  readonly headers: readonly { readonly name: string; readonly value: string }[] | null;
}) {
  const words = useWords();
  if (headers === null || headers.length === 0) return null;
  return (
    <Part title={words.checking.headers}>
      <dl className="grid grid-cols-1 gap-x-4 gap-y-0.5 font-mono text-xs leading-5 sm:grid-cols-[minmax(0,13rem)_minmax(0,1fr)]">
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
