/** One message about an incident: to whom, how far it has come, and why not further. */
import { Link } from "@tanstack/react-router";
import type { Delivery } from "../../../src/contract/api/alerting/deliveries.ts";
import { titleOf } from "../api/site-table.ts";
import { RelativeTime } from "../design/relative-time.tsx";
import { useWords } from "../words/words.tsx";
import { Outcome } from "./outcome.tsx";

export function DeliveryRow({
  delivery,
  ofIncident = false,
}: {
  readonly delivery: Delivery;
  /** Among those of one incident, which is not named again. */
  readonly ofIncident?: boolean;
}) {
  const words = useWords().settings.deliveries;
  const { incident, target, channel, kind, state, sentAt, dueAt, attempts, reason } = delivery;
  return (
    <li className="py-2 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
        <Outcome state={state} />
        <span className="font-medium break-all">{channel}</span>
        {target === channel ? null : <span className="text-ink-muted">{words.onCall(target)}</span>}
        <span className="text-ink-muted">{words.kinds[kind]}</span>
        {ofIncident ? null : (
          <Link
            to="/incidents/$id"
            params={{ id: incident.id }}
            className="min-w-0 truncate text-accent hover:underline"
          >
            {titleOf({ name: incident.siteName, url: incident.url })}
          </Link>
        )}
        <RelativeTime at={sentAt ?? dueAt} className="ml-auto text-xs text-ink-muted" />
      </div>
      {reason === null && attempts === 0 ? null : (
        <p className="text-xs break-words text-ink-muted">
          {[reason, attempts > 0 ? words.attempts(attempts) : null]
            .filter((each) => each !== null)
            .join(" · ")}
        </p>
      )}
    </li>
  );
}
