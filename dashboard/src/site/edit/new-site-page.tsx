/** Adds a site. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { SiteDefinitionInput, SiteDetail } from "../../../../src/contract/api/sites/sites.ts";
import { keys } from "../../api/query-client.ts";
import { request } from "../../api/request.ts";
import { useRight, useSession } from "../../api/session.ts";
import { Loading, Page } from "../../design/page.tsx";
import { useWords } from "../../words/words.tsx";
import { emptyForm } from "./form-values.ts";
import { MayNotChange } from "./may-not-change.tsx";
import { SiteForm } from "./site-form.tsx";

export function NewSitePage() {
  const words = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const session = useSession();
  const mayEdit = useRight("edit");
  const saving = useMutation({
    mutationFn: async (definition: SiteDefinitionInput) =>
      (await request<SiteDetail>("/sites", { method: "POST", body: definition })).content,
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: keys.sites });
      await navigate({ to: "/sites/$id", params: { id } });
    },
  });
  if (session.data && !mayEdit) return <MayNotChange />;
  return (
    <Page title={words.actions.add}>
      {session.data ? (
        <SiteForm
          initial={emptyForm}
          siteId={null}
          isSaving={saving.isPending}
          onSave={(definition) => saving.mutate(definition)}
          onCancel={() => void navigate({ to: "/" })}
          failure={saving.error?.message}
        />
      ) : (
        <Loading rows={10} />
      )}
    </Page>
  );
}
