/** What each page consists of, and its designed empty, loading and error states. */
import type { ReactNode } from "react";
import { useWords } from "../words/words.tsx";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";

/** A page of text width with its title. The list of sites, the wall and the pipeline use the whole width instead. */
export function Page({
  title,
  actions,
  wide = false,
  children,
}: {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className={classNames("mx-auto px-4 pt-6 pb-16", wide ? "max-w-[1440px]" : "max-w-4xl")}>
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {actions ? <div className="flex items-center gap-2">{actions}</div> : null}
      </div>
      {children}
    </div>
  );
}

/** A titled part of a page. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="mt-8 first:mt-0">
      <div className="mb-2 flex min-h-7 flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <h2 className="text-base font-semibold">{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Nothing is there yet: says so, and what to do about it. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center px-4 py-16 text-center">
      {icon ? <div className="mb-3 text-ink-faint">{icon}</div> : null}
      <p className="text-base font-semibold">{title}</p>
      {children ? <div className="mt-1 text-sm text-ink-muted">{children}</div> : null}
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}

/** Rows in the shape of what will come; nothing moves. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  const words = useWords();
  return (
    <div role="status" aria-label={words.page.loading} className="flex flex-col gap-2 py-2">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={row} className="skeleton h-5" style={{ width: `${96 - ((row * 13) % 40)}%` }} />
      ))}
    </div>
  );
}

/** A request failed: what, why, and a way to try again. */
export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const words = useWords();
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-center px-4 py-16 text-center">
      <p className="text-base font-semibold">{words.page.failed}</p>
      <p className="mt-1 text-sm break-words text-ink-muted">{error.message}</p>
      {onRetry ? (
        <Button className="mt-4" onClick={onRetry}>
          {words.actions.tryAgain}
        </Button>
      ) : null}
    </div>
  );
}
