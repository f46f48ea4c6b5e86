/** What got stuck in the pipeline, each with its reason, and two ways on: another try, or discarding it. */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { SettleAnswer, SettleRequest } from "../../../src/contract/api/pipeline/dead-letters.ts";
import { keys } from "../api/query-client.ts";
import { request } from "../api/request.ts";
import { useRight } from "../api/session.ts";
import { Button } from "../design/button.tsx";
import { ConfirmDialog } from "../design/dialog.tsx";
import { Loaded } from "../design/loaded.tsx";
import { Section } from "../design/page.tsx";
import { announce } from "../design/toast.tsx";
import { useWords } from "../words/words.tsx";

/** Read at once; the others are shown as these are settled. */
export const mostStuck = 100;

export interface StuckItem {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly facts: ReactNode;
}

type Ids = SettleRequest["ids"];
type Settling = UseMutationResult<number, Error, Ids>;

export function StuckList({
  title,
  count,
  reading,
  again,
  againAll,
  retrying,
  discarding,
}: {
  readonly title: string;
  /** Of all, shown or not. */
  readonly count: number;
  readonly reading: {
    readonly data: readonly StuckItem[] | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** The words for another try of one, and of all. */
  readonly again: string;
  readonly againAll: string;
  readonly retrying: Settling;
  readonly discarding: Settling;
}) {
  const words = useWords().pipeline;
  const mayAct = useRight("edit");
  const [discarded, setDiscarded] = useState<Ids | null>(null);
  const isBusy = retrying.isPending || discarding.isPending;
  const error = retrying.error ?? discarding.error;
  return (
    <Section
      title={title}
      actions={
        mayAct ? (
          <div className="flex flex-wrap gap-2">
            <Button look="danger" disabled={isBusy} onClick={() => setDiscarded("all")}>
              {words.discardAll}
            </Button>
            <Button disabled={isBusy} onClick={() => retrying.mutate("all")}>
              {againAll}
            </Button>
          </div>
        ) : null
      }
    >
      {error ? (
        <p role="alert" className="mb-2 text-sm text-down">
          {error.message}
        </p>
      ) : null}
      {mayAct ? (
        <Loaded reading={reading} rows={3}>
          {(items) => (
            <ul aria-label={title} className="divide-y divide-line border-y border-line">
              {items.map((item) => (
                <Item
                  key={item.id}
                  item={item}
                  again={again}
                  isBusy={isBusy}
                  onAgain={() => retrying.mutate([item.id])}
                  onDiscard={() => setDiscarded([item.id])}
                />
              ))}
            </ul>
          )}
        </Loaded>
      ) : (
        <p className="text-sm text-ink-muted">{words.signInToSee}</p>
      )}
      {mayAct && count > mostStuck ? (
        <p className="mt-2 text-xs text-ink-faint">{words.firstOf(mostStuck, count)}</p>
      ) : null}
      <ConfirmDialog
        open={discarded !== null}
        onOpenChange={() => setDiscarded(null)}
        title={words.discardTitle(discarded === "all" ? count : 1)}
        confirm={words.discard}
        onConfirm={() => discarded && discarding.mutate(discarded)}
      >
        <p className="text-sm">{words.discardHint}</p>
      </ConfirmDialog>
    </Section>
  );
}

function Item({
  item: { title, reason, facts },
  again,
  isBusy,
  onAgain,
  onDiscard,
}: {
  readonly item: StuckItem;
  readonly again: string;
  readonly isBusy: boolean;
  readonly onAgain: () => void;
  readonly onDiscard: () => void;
}) {
  const words = useWords().pipeline;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 py-1.5">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
          <span className="font-medium break-all">{title}</span>
          <span className="text-xs break-all text-ink-muted">{facts}</span>
        </p>
        <p className="text-sm break-words text-ink-muted">{reason}</p>
      </div>
      <div className="flex gap-1">
        <Button look="quiet" disabled={isBusy} onClick={onDiscard}>
          {words.discard}
        </Button>
        <Button look="quiet" disabled={isBusy} onClick={onAgain}>
          {again}
        </Button>
      </div>
    </li>
  );
}

/** Posts to `path`, and reads the list and the pipeline again. `done` says how many went. */
export function useSettle(
  path: string,
  listKey: readonly string[],
  done: (count: number) => string,
): Settling {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ids: Ids) =>
      (await request<SettleAnswer>(path, { method: "POST", body: { ids } })).content.count,
    onSuccess: async (count) => {
      announce(done(count));
      await Promise.all([listKey, keys.pipeline].map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}
