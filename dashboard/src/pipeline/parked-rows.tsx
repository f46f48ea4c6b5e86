/** Rows of the outbox that their topic refused. */
import { useQuery } from "@tanstack/react-query";
import type { ParkedRowList } from "../../../src/contract/api/pipeline/outbox.ts";
import { read } from "../api/request.ts";
import { useRight } from "../api/session.ts";
import { RelativeTime } from "../design/relative-time.tsx";
import { useWords } from "../words/words.tsx";
import { StuckList, useLetGo } from "./stuck-list.tsx";

const listKey = ["parked-rows"];

export function ParkedRows({ count }: { readonly count: number }) {
  const words = useWords().pipeline;
  const maySee = useRight("edit");
  const rows = useQuery({
    queryKey: [...listKey, count],
    queryFn: ({ signal }) => read<ParkedRowList>("/outbox/parked?limit=100", signal),
    enabled: count > 0 && maySee,
  });
  const letGo = useLetGo("/outbox/parked/retry", listKey);
  if (count === 0) return null;
  return (
    <StuckList
      title={words.parked(count)}
      action={words.retryAll}
      letGo={letGo}
      items={(rows.data?.items ?? []).map(({ id, topic, key, code, reason, parkedAt }) => ({
        id,
        title: key === null ? topic : `${topic} · ${key}`,
        reason: `${code}: ${reason}`,
        facts: <RelativeTime at={parkedAt} />,
      }))}
    />
  );
}
