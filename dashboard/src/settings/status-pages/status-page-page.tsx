/** One status page, or a new one, to edit; its removal. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { StatusPageResource } from "../../../../src/contract/api/status-pages/status-pages.ts";
import { Loaded } from "../../design/loaded.tsx";
import { useWords } from "../../words/words.tsx";
import { DeleteButton } from "../delete-button.tsx";
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
      actions={page.data?.content.editable ? <RemovePage page={page.data.content} /> : null}
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

function RemovePage({ page: { slug, definition, revision } }: { readonly page: StatusPageResource }) {
  const words = useWords().settings.statusPages;
  return (
    <DeleteButton
      path={`/status-pages/${slug}`}
      revision={revision}
      list="/settings/status-pages"
      listKey={statusPagesKey}
      words={{
        question: words.removeTitle(definition.title),
        hint: words.removeHint,
        done: words.removed(definition.title),
        failed: words.notRemoved,
      }}
    />
  );
}
