/** Messages that could not be recorded. */
import { useQuery } from "@tanstack/react-query";
import type { DeadLetterList } from "../../../src/contract/api/pipeline/dead-letters.ts";
import { read } from "../api/request.ts";
import { useRight } from "../api/session.ts";
import { useWords } from "../words/words.tsx";
import { StuckList, useLetGo } from "./stuck-list.tsx";

const listKey = ["dead-letters"];

export function DeadLetters({ count }: { readonly count: number | null }) {
  const words = useWords().pipeline;
  const maySee = useRight("edit");
  const letters = useQuery({
    queryKey: [...listKey, count],
    queryFn: ({ signal }) => read<DeadLetterList>("/dead-letters?limit=100", signal),
    enabled: count !== null && count > 0 && maySee,
  });
  const letGo = useLetGo("/dead-letters/replay", listKey);
  if (count === null || count === 0) return null;
  return (
    <StuckList
      title={words.deadLetters(count)}
      action={words.replayAll}
      letGo={letGo}
      items={(letters.data?.items ?? []).map(({ id, origin, key, value }) => ({
        id,
        title: key ?? origin?.topic ?? id,
        reason: origin === null ? words.foreign : `${origin.code}: ${origin.reason}`,
        facts: value === null ? null : value.slice(0, 80),
      }))}
    />
  );
}
