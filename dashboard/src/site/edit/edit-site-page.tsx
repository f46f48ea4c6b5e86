/** Changes a saved site. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { SiteDefinitionInput, SiteDetail } from "../../../../src/contract/api/sites/sites.ts";
import { keys } from "../../api/query-client.ts";
import { ApiError, request } from "../../api/request.ts";
import { useRight, useSession } from "../../api/session.ts";
import { titleOf } from "../../api/site-table.ts";
import { buttonClass } from "../../design/button.tsx";
import { Empty, Failure, Loading, Page } from "../../design/page.tsx";
import { announce } from "../../design/toast.tsx";
import { useWords } from "../../words/words.tsx";
import { siteQuery } from "../queries.ts";
import { formValuesOf } from "./form-values.ts";
import { MayNotChange } from "./may-not-change.tsx";
import { SiteForm } from "./site-form.tsx";

const route = getRouteApi("/framed/sites/$id/edit");

export function EditSitePage() {
  const words = useWords();
  const { id } = route.useParams();
  const session = useSession();
  const mayEdit = useRight("edit");
  // Under a key of its own: a live update must not replace what is being typed. The ETag tells who was faster.
  const site = useQuery({
    ...siteQuery(id),
    queryKey: ["edited site", id],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (site.error) return <Failure error={site.error} onRetry={() => void site.refetch()} />;
  if (!site.data || !session.data) {
    return (
      <Page title={words.siteForm.edit}>
        <Loading rows={10} />
      </Page>
    );
  }
  const { content, etag } = site.data;
  if (!content.editable) return <DefinedElsewhere site={content} />;
  if (!mayEdit) return <MayNotChange />;
  return <Editor site={content} etag={etag} onReload={() => void site.refetch()} />;
}

function Editor({
  site,
  etag,
  onReload,
}: {
  readonly site: SiteDetail;
  readonly etag: string | null;
  readonly onReload: () => void;
}) {
  const words = useWords();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const toSite = () => void navigate({ to: "/sites/$id", params: { id: site.id } });
  const saving = useMutation({
    mutationFn: (definition: SiteDefinitionInput) =>
      request(`/sites/${site.id}`, {
        method: "PUT",
        // A paused site stays paused.
        body: { ...definition, enabled: site.definition.enabled },
        ...(etag === null ? {} : { ifMatch: etag }),
      }),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: [...keys.site(site.id), "detail"] }),
        client.invalidateQueries({ queryKey: keys.sites }),
      ]);
      announce(words.siteForm.saved);
      toSite();
    },
  });
  const isStale = saving.error instanceof ApiError && saving.error.status === 412;
  return (
    <Page title={words.siteForm.editing(titleOf(site.summary))}>
      <SiteForm
        // The other person's version replaces what stands in the fields.
        key={etag}
        initial={formValuesOf(site.definition)}
        siteId={site.id}
        isSaving={saving.isPending}
        onSave={(definition) => saving.mutate(definition)}
        onCancel={toSite}
        failure={
          isStale ? (
            <p>
              {words.siteForm.changedMeanwhile}{" "}
              <button
                type="button"
                className="font-medium underline"
                onClick={() => {
                  saving.reset();
                  onReload();
                }}
              >
                {words.siteForm.reload}
              </button>
            </p>
          ) : (
            saving.error?.message
          )
        }
      />
    </Page>
  );
}

function DefinedElsewhere({ site }: { readonly site: SiteDetail }) {
  const words = useWords();
  return (
    <Empty
      title={words.sites.notEditable(words.sites.sources[site.source])}
      action={
        <Link to="/sites/$id" params={{ id: site.id }} className={buttonClass()}>
          {words.siteForm.backToSite}
        </Link>
      }
    >
      {site.editWhere}
    </Empty>
  );
}
