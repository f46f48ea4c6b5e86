/** Silences: what is muted now, by whom, why and until when. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellOff, Plus } from "lucide-react";
import { useState } from "react";
import type { Silence } from "../../../../src/contract/api/alerting/silences.ts";
import { request } from "../../api/request.ts";
import { useRight } from "../../api/session.ts";
import { sitesQuery, titleOf } from "../../api/site-table.ts";
import { Button } from "../../design/button.tsx";
import { ConfirmDialog } from "../../design/dialog.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { Empty } from "../../design/page.tsx";
import { RelativeTime } from "../../design/relative-time.tsx";
import { Tag } from "../../design/tag.tsx";
import { announce, announceFailure } from "../../design/toast.tsx";
import { useWords } from "../../words/words.tsx";
import { Row, Rows } from "../rows.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { NewSilenceDialog } from "./new-silence-dialog.tsx";
import { silencesQuery } from "./queries.ts";

export function SilencesPage() {
  const words = useWords();
  const silences = useQuery(silencesQuery);
  const mayEdit = useRight("edit");
  const [isAdding, setIsAdding] = useState(false);
  const [ended, setEnded] = useState<Silence | null>(null);
  const end = useEndSilence();
  const add = mayEdit ? (
    <Button look="primary" icon={<Plus size={14} aria-hidden />} onClick={() => setIsAdding(true)}>
      {words.settings.silences.add}
    </Button>
  ) : null;
  return (
    <SettingsPage
      title={words.settings.silences.title}
      lead={words.settings.silences.lead}
      right="read"
      actions={silences.data && silences.data.items.length > 0 ? add : null}
    >
      <Loaded reading={silences} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<BellOff size={28} aria-hidden />} title={words.settings.silences.none} action={add}>
              {words.settings.silences.noneHint}
            </Empty>
          ) : (
            <Rows>
              {items.map((silence) => (
                <Row
                  key={silence.id}
                  title={<Scope silence={silence} />}
                  facts={<SilenceFacts silence={silence} />}
                  actions={
                    mayEdit ? (
                      <Button look="quiet" onClick={() => setEnded(silence)}>
                        {words.settings.silences.end}
                      </Button>
                    ) : null
                  }
                />
              ))}
            </Rows>
          )
        }
      </Loaded>
      {isAdding ? <NewSilenceDialog onClose={() => setIsAdding(false)} /> : null}
      <ConfirmDialog
        open={ended !== null}
        onOpenChange={() => setEnded(null)}
        title={words.settings.silences.endTitle}
        confirm={words.settings.silences.end}
        onConfirm={() => ended && end.mutate(ended.id)}
      >
        <p className="text-sm">{words.settings.silences.endHint}</p>
      </ConfirmDialog>
    </SettingsPage>
  );
}

function useEndSilence() {
  const words = useWords().settings.silences;
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request(`/silences/${id}`, { method: "DELETE" }),
    onSuccess: () => announce(words.ended),
    onError: (error) => announceFailure(words.notEnded, error.message),
    onSettled: () => client.invalidateQueries({ queryKey: silencesQuery.queryKey }),
  });
}

function Scope({ silence: { incidentId, site, tag } }: { readonly silence: Silence }) {
  const words = useWords().settings.silences;
  const { data: sites } = useQuery({ ...sitesQuery, enabled: site !== null });
  if (incidentId !== null) {
    return (
      <Link to="/incidents/$id" params={{ id: incidentId }} className="hover:underline">
        {words.oneIncident}
      </Link>
    );
  }
  const found = site === null ? undefined : sites?.byId.get(site);
  return (
    <>
      {site === null ? null : <span className="break-all">{found ? titleOf(found) : site}</span>}
      {tag === null ? null : <Tag tag={tag} className="max-w-48!" />}
    </>
  );
}

function SilenceFacts({ silence: { reason, createdBy, untilAt } }: { readonly silence: Silence }) {
  const words = useWords().settings.silences;
  return (
    <>
      {reason} · {words.by(createdBy)} ·{" "}
      {untilAt === null ? (
        words.untilRecovery
      ) : (
        <>
          {words.ends} <RelativeTime at={untilAt} />
        </>
      )}
    </>
  );
}
