/** The fields of a channel beside the message that it would send. Secrets are written here and never shown. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import type { Channel, ChannelChange, NewChannel } from "../../../../src/contract/api/alerting/channels.ts";
import { ApiError, request } from "../../api/request.ts";
import { Button, buttonClass } from "../../design/button.tsx";
import { TextField } from "../../design/field.tsx";
import { announce } from "../../design/toast.tsx";
import { useSettled } from "../../design/use-settled.ts";
import { FormError, fieldError } from "../../forms/form-dialog.tsx";
import { useWords } from "../../words/words.tsx";
import { ChannelFieldInput } from "./channel-field-input.tsx";
import { type ChannelField, type ChannelType, fieldsOf, settingsOf, valuesOf } from "./channel-fields.ts";
import { MessagePreview } from "./message-preview.tsx";
import { channelQuery, channelsKey } from "./queries.ts";

export function ChannelForm({
  type,
  channel,
  etag,
}: {
  readonly type: ChannelType;
  /** Null: a new one. */
  readonly channel: Channel | null;
  readonly etag: string | null;
}) {
  const words = useWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const fields = useMemo(() => fieldsOf(type), [type]);
  const [name, setName] = useState(channel?.name ?? "");
  const [values, setValues] = useState(() => valuesOf(fields, channel?.settings ?? {}));
  const settings = useMemo(
    () => settingsOf(type.type, fields, values, channel?.secrets),
    [type, fields, values, channel],
  );
  const saving = useMutation({
    mutationFn: async () => {
      if (channel === null) {
        const body: NewChannel = { name: name.trim(), settings };
        return await request<Channel>("/channels", { method: "POST", body });
      }
      const body: ChannelChange = { settings };
      return await request<Channel>(`/channels/${encodeURIComponent(channel.name)}`, {
        method: "PUT",
        body,
        ifMatch: etag ?? "*",
      });
    },
    onSuccess: async (answer) => {
      const saved = answer.content.name;
      client.setQueryData(channelQuery(saved).queryKey, answer);
      await client.invalidateQueries({ queryKey: channelsKey, exact: true });
      announce(words.settings.channels.saved(saved));
      if (channel === null) await navigate({ to: "/settings/channels/$name", params: { name: saved } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  const inputOf = (field: ChannelField) => (
    <ChannelFieldInput
      key={field.path}
      field={field}
      value={values[field.path] ?? ""}
      isStored={channel?.secrets.includes(field.path) === true}
      error={errorAt(saving.error, field.path)}
      onChange={(text) => setValues((before) => ({ ...before, [field.path]: text }))}
    />
  );
  const main = fields.filter(
    ({ group, isRequired, usual }) => group === null && (isRequired || usual === ""),
  );
  const further = fields.filter((field) => !main.includes(field));
  const isChanged = saving.error instanceof ApiError && saving.error.status === 412;
  return (
    <div className="grid gap-8 lg:grid-cols-2">
      <form onSubmit={submit} className="flex min-w-0 flex-col gap-4" noValidate>
        {channel === null ? (
          <TextField
            label={words.settings.channels.name}
            hint={words.settings.channels.nameHint}
            error={fieldError(saving.error, "name")}
            value={name}
            onChange={({ target }) => setName(target.value)}
            autoFocus
          />
        ) : null}
        {main.map(inputOf)}
        {further.length === 0 ? null : (
          <details className="rounded ring-1 ring-inset ring-line open:pb-4">
            <summary className="px-3 py-2 text-sm font-medium">{words.settings.channels.further}</summary>
            <div className="flex flex-col gap-4 px-3 pt-2">{further.map(inputOf)}</div>
          </details>
        )}
        <FormError error={saving.error} />
        {isChanged && channel !== null ? (
          <p className="text-sm text-ink-muted">{words.settings.changedMeanwhile}</p>
        ) : null}
        <div className="flex gap-2">
          <Button type="submit" look="primary" disabled={saving.isPending}>
            {words.actions.save}
          </Button>
          <Link to="/settings/channels" className={buttonClass("quiet")}>
            {words.actions.cancel}
          </Link>
        </div>
      </form>
      <MessagePreview name={channel?.name ?? null} settings={useSettled(settings)} />
    </div>
  );
}

/** The error of a field, or of what is within it. */
function errorAt(error: Error | null, path: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const whole = `settings.${path}`;
  return error.fields.find(
    ({ field }) => field === whole || field.startsWith(`${whole}.`) || field.startsWith(`${whole}[`),
  )?.message;
}
