/** The status pages: where each is, who sees it, and what is written on it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ExternalLink, Globe, Plus } from "lucide-react";
import type { StatusPageResource } from "../../../../src/contract/api/status-pages/status-pages.ts";
import { useRight } from "../../api/session.ts";
import { buttonClass } from "../../design/button.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { Empty } from "../../design/page.tsx";
import { useWords } from "../../words/words.tsx";
import { Row, Rows } from "../rows.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { statusPagesQuery } from "./queries.ts";

export function StatusPagesPage() {
  const words = useWords().settings.statusPages;
  const pages = useQuery(statusPagesQuery);
  const mayEdit = useRight("edit");
  const add = mayEdit ? (
    <Link to="/settings/status-pages/new" className={buttonClass("primary")}>
      <Plus size={14} aria-hidden />
      {words.add}
    </Link>
  ) : null;
  return (
    <SettingsPage
      title={words.title}
      lead={words.lead}
      right="read"
      actions={pages.data && pages.data.items.length > 0 ? add : null}
    >
      <Loaded reading={pages} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<Globe size={28} aria-hidden />} title={words.none} action={add}>
              {words.noneHint}
            </Empty>
          ) : (
            <Rows>
              {items.map((page) => (
                <PageRow key={page.slug} page={page} mayEdit={mayEdit} />
              ))}
            </Rows>
          )
        }
      </Loaded>
    </SettingsPage>
  );
}

function PageRow({ page, mayEdit }: { readonly page: StatusPageResource; readonly mayEdit: boolean }) {
  const words = useWords();
  const { slug, definition, path, source, editable } = page;
  const text = words.settings.statusPages;
  return (
    <Row
      title={
        <a
          href={path}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1.5 hover:underline"
        >
          {definition.title}
          <ExternalLink size={12} aria-label={text.newTab} className="text-ink-faint" />
        </a>
      }
      facts={[
        definition.hostNames[0] ?? path,
        text.visibilities[definition.visibility],
        source === "file" ? text.ofFile : null,
      ]
        .filter((fact) => fact !== null)
        .join(" · ")}
      actions={
        mayEdit ? (
          <>
            <Link
              to="/settings/status-pages/$slug/notices"
              params={{ slug }}
              aria-label={text.noticesOf(definition.title)}
              className={buttonClass("quiet")}
            >
              {text.notices}
            </Link>
            {editable ? (
              <Link
                to="/settings/status-pages/$slug"
                params={{ slug }}
                aria-label={text.editOf(definition.title)}
                className={buttonClass("quiet")}
              >
                {words.site.edit}
              </Link>
            ) : null}
          </>
        ) : null
      }
    />
  );
}
