/** Messages that could not be recorded. */
import { useQuery } from "@tanstack/react-query";
import type { DeadLetterList } from "../../../src/contract/api/pipeline/dead-letters.ts";
import { read } from "../api/request.ts";
import { useRight } from "../api/session.ts";
import { useWords } from "../words/words.tsx";
import { mostStuck, StuckList, useSettle } from "./stuck-list.tsx";

const readEveryMs = 15_000;
const listKey = ["dead-letters"];
const shownCharacters = 80;

export function DeadLetters({ count }: { readonly count: number | null }) {
  const words = useWords().pipeline;
  const maySee = useRight("edit");
  const letters = useQuery({
    queryKey: [...listKey, count],
    queryFn: ({ signal }) => read<DeadLetterList>(`/dead-letters?limit=${mostStuck}`, signal),
    enabled: count !== null && count > 0 && maySee,
    // The same count may be of others.
    staleTime: 0,
    refetchInterval: readEveryMs,
    placeholderData: (before) => before,
    select: ({ items }) =>
      items.map(({ id, origin, key, value }) => ({
        id,
        title: key ?? origin?.topic ?? id,
        reason: origin === null ? words.foreign : `${origin.code}: ${origin.reason}`,
        facts: value === null ? null : value.slice(0, shownCharacters),
      })),
  });
  const replaying = useSettle("/dead-letters/replay", listKey, words.replayed);
  const discarding = useSettle("/dead-letters/discard", listKey, words.discarded);
  if (count === null || count === 0) return null;
  return (
    <StuckList
      title={words.deadLetters(count)}
      count={count}
      reading={letters}
      again={words.replay}
      againAll={words.replayAll}
      retrying={replaying}
      discarding={discarding}
    />
  );
}
