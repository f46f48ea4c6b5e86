/** What was learned from the incident, in Markdown. Raw HTML in it is shown as text, never run. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { PostMortem } from "../../../src/contract/api/alerting/incidents.ts";
import { keys } from "../api/query-client.ts";
import { ApiError, request } from "../api/request.ts";
import { useRight } from "../api/session.ts";
import { Button } from "../design/button.tsx";
import { TextArea } from "../design/field.tsx";
import { Loading, Section } from "../design/page.tsx";
import { RelativeTime } from "../design/relative-time.tsx";
import { announce } from "../design/toast.tsx";
import { useWords } from "../words/words.tsx";

const MarkdownText = lazy(() => import("./markdown-text.tsx"));

interface PostMortemProps {
  readonly incidentId: string;
  readonly postMortem: PostMortem | null;
  readonly etag: string | null;
}

export function PostMortemSection({ incidentId, postMortem, etag }: PostMortemProps) {
  const words = useWords();
  const mayEdit = useRight("edit");
  const [isEditing, setIsEditing] = useState(false);
  return (
    <Section
      title={words.incidents.postMortem}
      actions={
        mayEdit && !isEditing ? (
          <Button look="quiet" icon={<Pencil size={14} aria-hidden />} onClick={() => setIsEditing(true)}>
            {postMortem === null ? words.incidents.writePostMortem : words.site.edit}
          </Button>
        ) : null
      }
    >
      {isEditing ? (
        <Editor
          incidentId={incidentId}
          initial={postMortem?.text ?? words.incidents.postMortemOutline}
          etag={etag}
          onClose={() => setIsEditing(false)}
        />
      ) : postMortem === null || postMortem.text.trim() === "" ? (
        <p className="text-sm text-ink-muted">{words.incidents.noPostMortem}</p>
      ) : (
        <>
          <Suspense fallback={<Loading rows={4} />}>
            <MarkdownText text={postMortem.text} />
          </Suspense>
          <p className="mt-3 text-xs text-ink-faint">
            {postMortem.writtenBy} · <RelativeTime at={postMortem.writtenAt} />
          </p>
        </>
      )}
    </Section>
  );
}

function Editor({
  incidentId,
  initial,
  etag,
  onClose,
}: {
  readonly incidentId: string;
  readonly initial: string;
  readonly etag: string | null;
  readonly onClose: () => void;
}) {
  const words = useWords();
  const client = useQueryClient();
  const [text, setText] = useState(initial);
  const saving = useMutation({
    mutationFn: () =>
      request(`/incidents/${incidentId}/post-mortem`, {
        method: "PUT",
        body: { text },
        ...(etag === null ? {} : { ifMatch: etag }),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.incidents });
      announce(words.siteForm.saved);
      onClose();
    },
  });
  const isStale = saving.error instanceof ApiError && saving.error.status === 412;
  return (
    <div className="grid gap-6 md:grid-cols-2">
      <div className="flex flex-col gap-3">
        <TextArea
          label={words.incidents.postMortem}
          hint={words.incidents.markdownHint}
          error={isStale ? words.incidents.postMortemChanged : saving.error?.message}
          rows={16}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <div className="flex gap-2">
          <Button look="primary" disabled={saving.isPending} onClick={() => saving.mutate()}>
            {words.actions.save}
          </Button>
          <Button onClick={onClose}>{words.actions.cancel}</Button>
        </div>
      </div>
      <section aria-label={words.incidents.preview} className="min-w-0 max-md:hidden">
        <p className="mb-1 text-sm font-medium">{words.incidents.preview}</p>
        <Suspense fallback={<Loading rows={4} />}>
          <MarkdownText text={text} />
        </Suspense>
      </section>
    </div>
  );
}
