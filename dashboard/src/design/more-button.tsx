/** Reads the next page of a list, while there is one. */

import { useWords } from "../words/words.tsx";
import { Button } from "./button.tsx";

export function MoreButton({
  list,
}: {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}) {
  const words = useWords();
  if (!list.hasNextPage) return null;
  return (
    <Button className="mt-3" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {words.actions.more}
    </Button>
  );
}
