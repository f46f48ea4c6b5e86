/** What a person does about an incident: acknowledge it with a note, write a note, resolve it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, MessageSquare } from "lucide-react";
import { useState } from "react";
import type { Incident } from "../../../src/contract/api/alerting/incidents.ts";
import { keys } from "../api/query-client.ts";
import { request } from "../api/request.ts";
import { useRight, useSession } from "../api/session.ts";
import { Button, buttonClass } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextArea } from "../design/field.tsx";
import { announce } from "../design/toast.tsx";
import { useWords } from "../words/words.tsx";

type Action = "acknowledge" | "note" | "resolve";

export function IncidentActions({ incident }: { readonly incident: Incident }) {
  const words = useWords();
  const session = useSession().data;
  const mayEdit = useRight("edit");
  const [action, setAction] = useState<Action | null>(null);
  if (session && !mayEdit) {
    return session.person ? null : (
      <Link to="/sign-in" className={buttonClass("quiet")}>
        {words.incidents.signInToAct}
      </Link>
    );
  }
  if (!mayEdit) return null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {incident.state === "open" ? (
        <Button look="primary" onClick={() => setAction("acknowledge")}>
          {words.incidents.actions.acknowledge}
        </Button>
      ) : null}
      <Button icon={<MessageSquare size={14} aria-hidden />} onClick={() => setAction("note")}>
        {words.incidents.actions.note}
      </Button>
      {incident.state === "resolved" ? null : (
        <Button icon={<Check size={14} aria-hidden />} onClick={() => setAction("resolve")}>
          {words.incidents.actions.resolve}
        </Button>
      )}
      {action === null ? null : (
        <ActionDialog incident={incident} action={action} onClose={() => setAction(null)} />
      )}
    </div>
  );
}

function ActionDialog({
  incident,
  action,
  onClose,
}: {
  readonly incident: Incident;
  readonly action: Action;
  readonly onClose: () => void;
}) {
  const words = useWords();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const texts = words.incidents.dialogs[action];
  const acting = useMutation({
    mutationFn: () =>
      request(`/incidents/${incident.id}/${action}`, {
        method: "POST",
        body: note.trim() === "" ? {} : { note: note.trim() },
      }),
    onSuccess: async () => {
      onClose();
      announce(texts.done);
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.incidents }),
        client.invalidateQueries({ queryKey: keys.site(incident.site.id) }),
      ]);
    },
  });
  const isIncomplete = action === "note" && note.trim() === "";
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={texts.title}
      description={texts.hint}
      actions={
        <>
          <Button onClick={onClose}>{words.actions.cancel}</Button>
          <Button look="primary" disabled={acting.isPending || isIncomplete} onClick={() => acting.mutate()}>
            {words.incidents.actions[action]}
          </Button>
        </>
      }
    >
      <TextArea
        label={words.incidents.note}
        hint={words.incidents.noteHint}
        error={acting.error?.message}
        autoFocus
        rows={4}
        value={note}
        onChange={({ target }) => setNote(target.value)}
        onKeyDown={({ key, ctrlKey, metaKey }) => {
          if (key === "Enter" && (ctrlKey || metaKey) && !isIncomplete) acting.mutate();
        }}
      />
    </Dialog>
  );
}
