/** The rows of a section of the settings. */
import type { ReactNode } from "react";

export function Rows({ children }: { readonly children: ReactNode }) {
  return <ul className="divide-y divide-line border-y border-line">{children}</ul>;
}

export function Row({
  title,
  facts,
  actions,
}: {
  readonly title: ReactNode;
  readonly facts: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline gap-x-2 text-sm font-medium">{title}</div>
        <div className="text-xs text-ink-muted">{facts}</div>
      </div>
      {actions ? <div className="flex gap-1">{actions}</div> : null}
    </li>
  );
}
