/** Mutes a site, a tag or one open incident for a while. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { IncidentList } from "../../../../src/contract/api/alerting/incidents.ts";
import type { NewSilence, Silence } from "../../../../src/contract/api/alerting/silences.ts";
import { read, request } from "../../api/request.ts";
import { titleOf } from "../../api/site-table.ts";
import { now } from "../../design/clock.ts";
import { SelectField, TextField } from "../../design/field.tsx";
import { PickOne } from "../../design/picker.tsx";
import { announce } from "../../design/toast.tsx";
import { FormDialog, fieldError } from "../../forms/form-dialog.tsx";
import { useFormat, useWords } from "../../words/words.tsx";
import { useSiteChoices, useTagChoices } from "../choices.ts";
import { silencesQuery } from "./queries.ts";

const scopes = ["site", "tag", "incidentId"] as const;
const lengths = ["1h", "4h", "1d", "7d", "at", "recovery"] as const;
type Length = (typeof lengths)[number];
const hourMs = 3_600_000;
const lengthMs: Readonly<Record<string, number>> = {
  "1h": hourMs,
  "4h": 4 * hourMs,
  "1d": 24 * hourMs,
  "7d": 168 * hourMs,
};

export function NewSilenceDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().settings;
  const client = useQueryClient();
  const [scope, setScope] = useState<(typeof scopes)[number]>("site");
  const [matched, setMatched] = useState<string | null>(null);
  const [length, setLength] = useState<Length>("1h");
  const adding = useMutation({
    mutationFn: (silence: NewSilence) => request<Silence>("/silences", { method: "POST", body: silence }),
    onSuccess: async () => {
      announce(words.silences.added);
      await client.invalidateQueries({ queryKey: silencesQuery.queryKey });
      onClose();
    },
  });
  return (
    <FormDialog
      title={words.silences.add}
      submit={words.silences.silence}
      isPending={adding.isPending || matched === null}
      error={adding.error}
      onClose={onClose}
      onSubmit={(given) =>
        adding.mutate({
          [scope]: matched,
          reason: String(given.get("reason")),
          untilAt: untilOf(length, String(given.get("until") ?? "")),
        })
      }
    >
      <SelectField
        label={words.silences.scope}
        value={scope}
        onChange={({ target }) => {
          setScope(scopes.find((each) => each === target.value) ?? "site");
          setMatched(null);
          setLength("1h");
        }}
        options={scopes.map((value) => ({ value, label: words.silences.scopes[value] }))}
      />
      <Matched key={scope} scope={scope} value={matched} error={adding.error} onChange={setMatched} />
      <SelectField
        label={words.silences.length}
        value={length}
        onChange={({ target }) => setLength(lengths.find((each) => each === target.value) ?? "1h")}
        options={lengths
          .filter((each) => scope === "incidentId" || each !== "recovery")
          .map((value) => ({ value, label: words.silences.lengths[value] }))}
      />
      {length === "at" ? (
        <TextField
          name="until"
          type="datetime-local"
          label={words.silences.until}
          error={fieldError(adding.error, "untilAt")}
          required
        />
      ) : null}
      <TextField
        name="reason"
        label={words.silences.reason}
        hint={words.silences.reasonHint}
        error={fieldError(adding.error, "reason")}
        required
      />
    </FormDialog>
  );
}

function Matched({
  scope,
  value,
  error,
  onChange,
}: {
  readonly scope: (typeof scopes)[number];
  readonly value: string | null;
  readonly error: Error | null;
  readonly onChange: (value: string | null) => void;
}) {
  const words = useWords().settings;
  const format = useFormat();
  const siteChoices = useSiteChoices();
  const tagChoices = useTagChoices();
  const incidents = useQuery({
    queryKey: ["incidents", "to silence"],
    queryFn: ({ signal }) => read<IncidentList>("/incidents?state=unresolved&limit=500", signal),
    enabled: scope === "incidentId",
  });
  const incidentChoices = (incidents.data?.items ?? []).map(({ id, site, sinceAt, cause }) => ({
    value: id,
    label: `${titleOf(site)}, ${format.dateTime(sinceAt)}`,
    hint: cause?.message,
  }));
  const choices = { site: siteChoices, tag: tagChoices, incidentId: incidentChoices }[scope];
  return (
    <PickOne
      label={words.silences.scopes[scope]}
      error={fieldError(error, scope)}
      choices={choices}
      value={value}
      onChange={onChange}
    />
  );
}

/** Null: until the incident is over. */
function untilOf(length: Length, given: string): string | null {
  if (length === "recovery") return null;
  const fixedMs = lengthMs[length];
  return new Date(fixedMs === undefined ? given : now() + fixedMs).toISOString();
}
