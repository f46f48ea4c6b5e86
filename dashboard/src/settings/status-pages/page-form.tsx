/** Adds or changes a status page. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import type { StatusPageResource } from "../../../../src/contract/api/status-pages/status-pages.ts";
import { ApiError, request } from "../../api/request.ts";
import { Button, buttonClass } from "../../design/button.tsx";
import { TextField } from "../../design/field.tsx";
import { announce } from "../../design/toast.tsx";
import { fieldError } from "../../forms/form-dialog.tsx";
import { useWords } from "../../words/words.tsx";
import { GroupEditor } from "./group-editor.tsx";
import { AccessFields, LookFields } from "./look-fields.tsx";
import { type PageValues, pageValuesOf, slugOf, writtenPage } from "./page-values.ts";
import { statusPageQuery, statusPagesKey } from "./queries.ts";

export function StatusPageForm({
  page,
  etag,
}: {
  /** Null: a new one. */
  readonly page: StatusPageResource | null;
  readonly etag: string | null;
}) {
  const words = useWords();
  const text = words.settings.statusPages;
  const [values, setValues] = useState(() => pageValuesOf(page?.definition ?? null));
  const change = (part: Partial<PageValues>) => setValues((before) => ({ ...before, ...part }));
  const saving = useSavePage(page, etag);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate(values);
  };
  const { error } = saving;
  return (
    <form onSubmit={submit} className="flex max-w-2xl flex-col gap-8" noValidate>
      <Part title={text.about}>
        <TextField
          label={text.pageTitle}
          error={fieldError(error, "definition.title")}
          value={values.title}
          onChange={({ target }) => {
            const followsTitle = page === null && values.slug === slugOf(values.title);
            change({
              title: target.value,
              ...(followsTitle ? { slug: slugOf(target.value) } : {}),
            });
          }}
          autoFocus={page === null}
        />
        <TextField
          label={text.slug}
          hint={`/status/${values.slug === "" ? "…" : values.slug}`}
          error={fieldError(error, "definition.slug")}
          value={values.slug}
          onChange={({ target }) => change({ slug: target.value })}
        />
        <TextField
          label={text.description}
          error={fieldError(error, "definition.description")}
          value={values.description}
          onChange={({ target }) => change({ description: target.value })}
        />
      </Part>
      <Part title={text.what}>
        <GroupEditor groups={values.groups} onChange={(groups) => change({ groups })} />
      </Part>
      <Part title={text.who}>
        <AccessFields
          values={values}
          error={error}
          hasPassword={page?.hasPassword === true}
          onChange={change}
        />
      </Part>
      <Part title={text.look}>
        <LookFields values={values} error={error} onChange={change} />
      </Part>
      {error ? <Refusal error={error} /> : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={saving.isPending}>
          {words.actions.save}
        </Button>
        <Link to="/settings/status-pages" className={buttonClass("quiet")}>
          {words.actions.cancel}
        </Link>
        {page === null ? null : (
          <a href={page.path} target="_blank" rel="noreferrer" className={buttonClass("quiet")}>
            <ExternalLink size={13} aria-hidden />
            {text.open}
          </a>
        )}
      </div>
    </form>
  );
}

function useSavePage(page: StatusPageResource | null, etag: string | null) {
  const words = useWords().settings.statusPages;
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (values: PageValues) => {
      const body = writtenPage(values, page?.definition ?? null);
      return page === null
        ? request<StatusPageResource>("/status-pages", { method: "POST", body })
        : request<StatusPageResource>(`/status-pages/${page.slug}`, {
            method: "PUT",
            body,
            ifMatch: etag ?? "*",
          });
    },
    onSuccess: async (answer) => {
      const { slug, definition } = answer.content;
      client.setQueryData(statusPageQuery(slug).queryKey, answer);
      await client.invalidateQueries({ queryKey: statusPagesKey, exact: true });
      announce(words.saved(definition.title));
      if (slug !== page?.slug) await navigate({ to: "/settings/status-pages/$slug", params: { slug } });
    },
  });
}

/** All that is wrong: some of it is said of fields that are far up. */
function Refusal({ error }: { readonly error: Error }) {
  const fields = error instanceof ApiError ? error.fields : [];
  return (
    <div role="alert" className="text-sm break-words text-down">
      {fields.length === 0
        ? error.message
        : fields.map(({ field, message }) => (
            <p key={field}>
              {field.replace("definition.", "")}: {message}
            </p>
          ))}
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4">
      <h2 className="text-base font-semibold">{title}</h2>
      {children}
    </section>
  );
}
