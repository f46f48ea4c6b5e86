/** What got stuck in the pipeline, each with its reason, and a way to let all of it go on. */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { keys } from "../api/query-client.ts";
import { request } from "../api/request.ts";
import { useRight } from "../api/session.ts";
import { Button } from "../design/button.tsx";
import { Section } from "../design/page.tsx";

export interface StuckItem {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly facts: ReactNode;
}

export function StuckList({
  title,
  items,
  action,
  letGo,
}: {
  readonly title: string;
  readonly items: readonly StuckItem[];
  readonly action: string;
  readonly letGo: UseMutationResult<unknown, Error, "all">;
}) {
  const mayAct = useRight("administer");
  return (
    <Section
      title={title}
      actions={
        mayAct && items.length > 0 ? (
          <Button disabled={letGo.isPending} onClick={() => letGo.mutate("all")}>
            {action}
          </Button>
        ) : null
      }
    >
      {letGo.error ? (
        <p role="alert" className="mb-2 text-sm text-down">
          {letGo.error.message}
        </p>
      ) : null}
      <ul className="divide-y divide-line border-y border-line">
        {items.map(({ id, title: heading, reason, facts }) => (
          <li key={id} className="py-1.5">
            <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
              <span className="font-medium break-all">{heading}</span>
              <span className="text-xs text-ink-muted">{facts}</span>
            </p>
            <p className="text-sm break-words text-ink-muted">{reason}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Posts to `path` for all of them, and reads the pipeline again. */
export function useLetGo(path: string, listKey: readonly string[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: "all") => request(path, { method: "POST", body: { ids } }),
    onSuccess: () =>
      Promise.all([listKey, keys.pipeline].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
