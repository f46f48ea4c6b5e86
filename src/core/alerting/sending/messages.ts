/** Combines due deliveries to one channel into messages. */
import { messageIdOf } from "../../../contract/identity.ts";
import type { DueDelivery } from "../ports.ts";
import type { Notice } from "../wording/notice.ts";

export interface Message {
  readonly notice: Notice;
  readonly deliveries: readonly DueDelivery[];
}

/** So many deliveries of one kind and group become one message. */
const DIGEST_FROM = 3;

/** `publicUrl` is the address of the dashboard; null when it is unknown. */
export function messagesOf(deliveries: readonly DueDelivery[], publicUrl: string | null): readonly Message[] {
  const groups = Map.groupBy(deliveries, ({ kind, groupKey }) => `${kind} ${groupKey}`);
  return [...groups.values()].flatMap((group) =>
    group.length >= DIGEST_FROM
      ? messageOf(group, publicUrl)
      : group.flatMap((delivery) => messageOf([delivery], publicUrl)),
  );
}

function messageOf(group: readonly DueDelivery[], publicUrl: string | null): readonly Message[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const id = messageIdOf(group.map((delivery) => delivery.id));
  const { thread } = first;
  const notice = {
    kind: first.kind,
    incidents: group.map(({ incident }) => incident),
    repeated: group.some(({ mayHaveBeenSent }) => mayHaveBeenSent),
    key: others.length === 0 ? first.incident.id : id,
    id,
    // A message about several incidents joins a thread only where all of them began in it.
    thread: others.every((other) => other.thread === thread) ? thread : null,
    heldBack: group.reduce((sum, delivery) => sum + delivery.heldBack, 0),
    page: publicUrl === null ? null : pageOf(publicUrl, others.length === 0 ? first.incident.id : null),
  };
  return [{ notice, deliveries: group }];
}

/** The page of an incident, or of all incidents. */
function pageOf(publicUrl: string, incidentId: string | null): string {
  const incidents = `${publicUrl.replace(/\/+$/, "")}/incidents`;
  return incidentId === null ? incidents : `${incidents}/${incidentId}`;
}
