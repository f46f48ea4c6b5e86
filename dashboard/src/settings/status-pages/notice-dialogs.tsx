/** Writes a notice for the visitors of a status page, and what becomes of it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type {
  NewNotice,
  NewNoticeUpdate,
  NoticeResource,
} from "../../../../src/contract/api/status-pages/notices.ts";
import type {
  StatusPageOverview,
  StatusPageResource,
} from "../../../../src/contract/api/status-pages/status-pages.ts";
import { read, request } from "../../api/request.ts";
import { SelectField, TextArea, TextField } from "../../design/field.tsx";
import { PickMany } from "../../design/picker.tsx";
import { FormDialog, fieldError } from "../../forms/form-dialog.tsx";
import { useWords } from "../../words/words.tsx";
import { noticesQuery } from "./queries.ts";

const states = ["investigating", "identified", "monitoring", "resolved"] as const;
const impacts = ["none", "minor", "major", "critical"] as const;
type State = (typeof states)[number];

export function NewNoticeDialog({
  page: { slug },
  onClose,
}: {
  readonly page: StatusPageResource;
  readonly onClose: () => void;
}) {
  const words = useWords().settings.statusPages;
  const overview = useQuery({
    queryKey: ["status-pages", slug, "overview"],
    queryFn: ({ signal }) => read<StatusPageOverview>(`/status-pages/${slug}/overview`, signal),
  });
  const [impact, setImpact] = useState<(typeof impacts)[number]>("major");
  const [state, setState] = useState<State>("investigating");
  const [sites, setSites] = useState<readonly string[]>([]);
  const [incidentId, setIncidentId] = useState("");
  const writing = useWrite(slug, onClose, (notice: NewNotice) =>
    request<NoticeResource>(`/status-pages/${slug}/notices`, { method: "POST", body: notice }),
  );
  const detected = (overview.data?.openIncidents ?? []).filter(({ noticeId }) => noticeId === null);
  return (
    <FormDialog
      title={words.write}
      submit={words.publish}
      isPending={writing.isPending}
      error={writing.error}
      onClose={onClose}
      onSubmit={(given) =>
        writing.mutate({
          title: String(given.get("title")),
          text: String(given.get("text")),
          impact,
          state,
          sites: [...sites],
          incidentId: incidentId === "" ? null : incidentId,
        })
      }
    >
      <TextField
        name="title"
        label={words.noticeTitle}
        placeholder={words.noticeTitlePlaceholder}
        error={fieldError(writing.error, "title")}
        required
        autoFocus
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <StateField value={state} onChange={setState} />
        <SelectField
          label={words.impact}
          value={impact}
          onChange={({ target }) => setImpact(impacts.find((each) => each === target.value) ?? "major")}
          options={impacts.map((value) => ({ value, label: words.impacts[value] }))}
        />
      </div>
      <PickMany
        label={words.concerned}
        choices={(overview.data?.sites ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        values={sites}
        onChange={setSites}
      />
      {detected.length === 0 ? null : (
        <SelectField
          label={words.detected}
          hint={words.detectedHint}
          value={incidentId}
          onChange={({ target }) => setIncidentId(target.value)}
          options={[
            { value: "", label: "–" },
            ...detected.map(({ id, sites: named }) => ({ value: id, label: named.join(", ") })),
          ]}
        />
      )}
      <TextArea
        name="text"
        label={words.text}
        hint={words.textHint}
        error={fieldError(writing.error, "text")}
        rows={4}
        required
      />
    </FormDialog>
  );
}

export function UpdateDialog({
  notice: { slug, id, title, state: current },
  onClose,
}: {
  readonly notice: NoticeResource;
  readonly onClose: () => void;
}) {
  const words = useWords().settings.statusPages;
  const [state, setState] = useState<State>(states[states.indexOf(current) + 1] ?? "resolved");
  const writing = useWrite(slug, onClose, (update: NewNoticeUpdate) =>
    request<NoticeResource>(`/status-pages/${slug}/notices/${id}/updates`, { method: "POST", body: update }),
  );
  return (
    <FormDialog
      title={words.addUpdate}
      description={title}
      submit={words.publish}
      isPending={writing.isPending}
      error={writing.error}
      onClose={onClose}
      onSubmit={(given) => writing.mutate({ state, text: String(given.get("text")) })}
    >
      <StateField value={state} onChange={setState} />
      <TextArea
        name="text"
        label={words.text}
        error={fieldError(writing.error, "text")}
        rows={4}
        required
        autoFocus
      />
    </FormDialog>
  );
}

function StateField({
  value,
  onChange,
}: {
  readonly value: State;
  readonly onChange: (state: State) => void;
}) {
  const words = useWords().settings.statusPages;
  return (
    <SelectField
      label={words.state}
      value={value}
      onChange={({ target }) => onChange(states.find((each) => each === target.value) ?? "investigating")}
      options={states.map((each) => ({ value: each, label: words.states[each] }))}
    />
  );
}

function useWrite<Content>(
  slug: string,
  onWritten: () => void,
  write: (content: Content) => Promise<unknown>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: noticesQuery(slug).queryKey });
      onWritten();
    },
  });
}
