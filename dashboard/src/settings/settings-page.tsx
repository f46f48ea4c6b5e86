/** One page of the settings: its title, what it is for, and its actions. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Right, useRight, useSession } from "../api/session.ts";
import { buttonClass } from "../design/button.tsx";
import { Empty } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function SettingsPage({
  title,
  lead,
  actions,
  right,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** What reading the page takes; without it the page says so instead. */
  readonly right: Right;
  readonly children: ReactNode;
}) {
  const mayRead = useRight(right);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {lead ? <p className="mt-0.5 max-w-prose text-sm text-ink-muted">{lead}</p> : null}
        </div>
        {actions && mayRead ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
      {mayRead ? children : <NeedsRight />}
    </>
  );
}

function NeedsRight() {
  const words = useWords();
  const session = useSession().data;
  return (
    <Empty
      title={words.settings.needsRight}
      action={
        session?.person == null ? (
          <Link to="/sign-in" className={buttonClass()}>
            {words.actions.signIn}
          </Link>
        ) : null
      }
    >
      {session?.setupNeeded ? words.checking.setupHint : null}
    </Empty>
  );
}
