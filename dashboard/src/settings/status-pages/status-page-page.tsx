/** One status page, or a new one, to edit; its removal. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { StatusPageResource } from "../../../../src/contract/api/status-pages/status-pages.ts";
import { request } from "../../api/request.ts";
import { Button } from "../../design/button.tsx";
import { ConfirmDialog } from "../../design/dialog.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { announce, announceFailure } from "../../design/toast.tsx";
import { useWords } from "../../words/words.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { StatusPageForm } from "./page-form.tsx";
import { statusPageQuery, statusPagesKey } from "./queries.ts";

const route = getRouteApi("/framed/settings/status-pages/$slug");

export function NewStatusPagePage() {
  const words = useWords().settings.statusPages;
  return (
    <SettingsPage title={words.add} lead={words.lead} right="edit">
      <StatusPageForm page={null} etag={null} />
    </SettingsPage>
  );
}

export function StatusPagePage() {
  const words = useWords().settings.statusPages;
  const { slug } = route.useParams();
  const page = useQuery(statusPageQuery(slug));
  return (
    <SettingsPage
      title={page.data?.content.definition.title ?? slug}
      right="edit"
      actions={page.data ? <RemovePage page={page.data.content} /> : null}
    >
      <Loaded reading={page} rows={8}>
        {({ content, etag }) =>
          content.editable ? (
            <StatusPageForm key={etag} page={content} etag={etag} />
          ) : (
            <p className="rounded bg-sunken px-3 py-2 text-sm">{words.editInFile}</p>
          )
        }
      </Loaded>
    </SettingsPage>
  );
}

function RemovePage({
  page: { slug, definition, revision, editable },
}: {
  readonly page: StatusPageResource;
}) {
  const words = useWords();
  const text = words.settings.statusPages;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setIsAsking] = useState(false);
  const removing = useMutation({
    mutationFn: () => request(`/status-pages/${slug}`, { method: "DELETE", ifMatch: `"${revision}"` }),
    onSuccess: async () => {
      announce(text.removed(definition.title));
      await navigate({ to: "/settings/status-pages" });
      await client.invalidateQueries({ queryKey: statusPagesKey });
    },
    onError: (error) => announceFailure(text.notRemoved, error.message),
  });
  if (!editable) return null;
  return (
    <>
      <Button look="danger" disabled={removing.isPending} onClick={() => setIsAsking(true)}>
        {words.actions.delete}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onOpenChange={setIsAsking}
        title={text.removeTitle(definition.title)}
        confirm={words.actions.delete}
        onConfirm={() => removing.mutate()}
      >
        <p className="text-sm">{text.removeHint}</p>
      </ConfirmDialog>
    </>
  );
}
