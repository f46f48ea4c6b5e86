/** Rows of the outbox that their topic refused. */
import { useQuery } from "@tanstack/react-query";
import type { ParkedRowList } from "../../../src/contract/api/pipeline/outbox.ts";
import { read } from "../api/request.ts";
import { useRight } from "../api/session.ts";
import { RelativeTime } from "../design/relative-time.tsx";
import { useWords } from "../words/words.tsx";
import { mostStuck, StuckList, useSettle } from "./stuck-list.tsx";

const readEveryMs = 5000;
const listKey = ["parked-rows"];

export function ParkedRows({ count }: { readonly count: number }) {
  const words = useWords().pipeline;
  const maySee = useRight("edit");
  const rows = useQuery({
    queryKey: [...listKey, count],
    queryFn: ({ signal }) => read<ParkedRowList>(`/outbox/parked?limit=${mostStuck}`, signal),
    enabled: count > 0 && maySee,
    // The same count may be of others.
    staleTime: 0,
    refetchInterval: readEveryMs,
    placeholderData: (before) => before,
    select: ({ items }) =>
      items.map(({ id, topic, key, code, reason, parkedAt }) => ({
        id,
        title: key === null ? topic : `${topic} · ${key}`,
        reason: `${code}: ${reason}`,
        facts: <RelativeTime at={parkedAt} />,
      })),
  });
  const retrying = useSettle("/outbox/parked/retry", listKey, words.retried);
  const discarding = useSettle("/outbox/parked/discard", listKey, words.discarded);
  if (count === 0) return null;
  return (
    <StuckList
      title={words.parked(count)}
      count={count}
      reading={rows}
      again={words.retry}
      againAll={words.retryAll}
      retrying={retrying}
      discarding={discarding}
    />
  );
}
