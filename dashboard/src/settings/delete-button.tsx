/** Deletes what cannot be brought back: asks first, then goes to the list that it was in. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { request } from "../api/request.ts";
import { Button } from "../design/button.tsx";
import { ConfirmDialog } from "../design/dialog.tsx";
import { announce, announceFailure } from "../design/toast.tsx";
import { useWords } from "../words/words.tsx";

export function DeleteButton({
  path,
  revision,
  list,
  listKey,
  words: text,
}: {
  /** Of the resource in the API. */
  readonly path: string;
  readonly revision: number;
  /** The page to go to. */
  readonly list: "/settings/channels" | "/settings/status-pages";
  /** What is read again. */
  readonly listKey: readonly string[];
  readonly words: {
    readonly question: string;
    readonly hint: string;
    readonly done: string;
    readonly failed: string;
  };
}) {
  const words = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setIsAsking] = useState(false);
  const deleting = useMutation({
    mutationFn: () => request(path, { method: "DELETE", ifMatch: `"${revision}"` }),
    onSuccess: async () => {
      announce(text.done);
      await navigate({ to: list });
      await client.invalidateQueries({ queryKey: listKey });
    },
    onError: (error) => announceFailure(text.failed, error.message),
  });
  return (
    <>
      <Button look="danger" disabled={deleting.isPending} onClick={() => setIsAsking(true)}>
        {words.actions.delete}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={text.question}
        confirm={words.actions.delete}
        onConfirm={() => deleting.mutate()}
      >
        <p className="text-sm">{text.hint}</p>
      </ConfirmDialog>
    </>
  );
}
