/** What people write on a status page about an incident, update by update. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CalendarClock, Megaphone, Plus } from "lucide-react";
import { useState } from "react";
import type { NoticeResource } from "../../../../src/contract/api/status-pages/notices.ts";
import { request } from "../../api/request.ts";
import { useRight } from "../../api/session.ts";
import { Button, buttonClass } from "../../design/button.tsx";
import { ConfirmDialog } from "../../design/dialog.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { Empty } from "../../design/page.tsx";
import { RelativeTime } from "../../design/relative-time.tsx";
import { announceFailure } from "../../design/toast.tsx";
import { useWords } from "../../words/words.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { NewNoticeDialog, UpdateDialog } from "./notice-dialogs.tsx";
import { noticesQuery, statusPageQuery } from "./queries.ts";

const route = getRouteApi("/framed/settings/status-pages/$slug/notices");

export function NoticesPage() {
  const words = useWords();
  const text = words.settings.statusPages;
  const { slug } = route.useParams();
  const page = useQuery(statusPageQuery(slug));
  const notices = useQuery(noticesQuery(slug));
  const mayEdit = useRight("edit");
  const [isWriting, setIsWriting] = useState(false);
  const [updated, setUpdated] = useState<NoticeResource | null>(null);
  const [removed, setRemoved] = useState<NoticeResource | null>(null);
  const remove = useRemoveNotice(slug);
  const write = mayEdit ? (
    <Button look="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setIsWriting(true)}>
      {text.write}
    </Button>
  ) : null;
  return (
    <SettingsPage
      title={text.noticesOf(page.data?.content.definition.title ?? slug)}
      lead={text.noticesLead}
      right="read"
      actions={
        <>
          <Link to="/settings/maintenance" className={buttonClass()}>
            <CalendarClock size={14} aria-hidden />
            {words.settings.maintenance.plan}
          </Link>
          {notices.data && notices.data.items.length > 0 ? write : null}
        </>
      }
    >
      <Loaded reading={notices} rows={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<Megaphone size={28} aria-hidden />} title={text.noNotices} action={write}>
              {text.noNoticesHint}
            </Empty>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {items.map((notice) => (
                <Notice
                  key={notice.id}
                  notice={notice}
                  onUpdate={mayEdit ? () => setUpdated(notice) : null}
                  onRemove={() => setRemoved(notice)}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {isWriting && page.data ? (
        <NewNoticeDialog page={page.data.content} onClose={() => setIsWriting(false)} />
      ) : null}
      {updated ? <UpdateDialog notice={updated} onClose={() => setUpdated(null)} /> : null}
      <ConfirmDialog
        open={removed !== null}
        onOpenChange={() => setRemoved(null)}
        title={text.removeNotice}
        confirm={words.actions.delete}
        onConfirm={() => removed && remove.mutate(removed)}
      >
        <p className="text-sm">{text.removeNoticeHint}</p>
      </ConfirmDialog>
    </SettingsPage>
  );
}

function useRemoveNotice(slug: string) {
  const words = useWords().settings.statusPages;
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, revision }: NoticeResource) =>
      request(`/status-pages/${slug}/notices/${id}`, { method: "DELETE", ifMatch: `"${revision}"` }),
    onError: (error) => announceFailure(words.notRemoved, error.message),
    onSettled: () => client.invalidateQueries({ queryKey: noticesQuery(slug).queryKey }),
  });
}

function Notice({
  notice: { title, state, impact, since, updates },
  onUpdate,
  onRemove,
}: {
  readonly notice: NoticeResource;
  /** Null for those who may only read. */
  readonly onUpdate: (() => void) | null;
  readonly onRemove: () => void;
}) {
  const words = useWords();
  const text = words.settings.statusPages;
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 className="text-sm font-medium break-words">{title}</h2>
          <p className="text-xs text-ink-muted">
            <span className={state === "resolved" ? "text-up" : "font-medium text-down"}>
              {text.states[state]}
            </span>
            {" · "}
            {text.impacts[impact]} · <RelativeTime at={since} />
          </p>
        </div>
        {onUpdate === null ? null : (
          <div className="flex gap-1">
            <Button look="quiet" onClick={onRemove}>
              {words.actions.delete}
            </Button>
            <Button onClick={onUpdate}>{text.addUpdate}</Button>
          </div>
        )}
      </div>
      <ol className="mt-2 flex flex-col gap-2 border-l border-line pl-3">
        {updates.toReversed().map(({ state: step, text: said, at, by }) => (
          <li key={at} className="text-sm">
            <p className="text-xs text-ink-muted">
              <span className="font-medium">{text.states[step]}</span> · {by} · <RelativeTime at={at} />
            </p>
            <p className="break-words whitespace-pre-wrap">{said}</p>
          </li>
        ))}
      </ol>
    </li>
  );
}
