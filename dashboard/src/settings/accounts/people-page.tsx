/** People who may sign in: who they are, what they may, and inviting others. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import type { IssuedLink, Person } from "../../../../src/contract/api/accounts/people.ts";
import { read, request } from "../../api/request.ts";
import { Button } from "../../design/button.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { RelativeTime } from "../../design/relative-time.tsx";
import { useWords } from "../../words/words.tsx";
import { Row, Rows } from "../rows.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { auditKey } from "./audit-key.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { ShownOnce } from "./shown-once.tsx";

const key = ["people"];

export function PeoplePage() {
  const words = useWords();
  const client = useQueryClient();
  const people = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read<{ readonly items: readonly Person[] }>("/people", signal),
  });
  const [isInviting, setIsInviting] = useState(false);
  const [removed, setRemoved] = useState<Person | null>(null);
  const resetting = useMutation({
    mutationFn: async (id: string) =>
      (await request<IssuedLink>(`/people/${id}/reset`, { method: "POST", body: {} })).content,
  });
  const refresh = () =>
    void Promise.all([key, auditKey].map((queryKey) => client.invalidateQueries({ queryKey })));
  return (
    <SettingsPage
      title={words.settings.people}
      lead={words.settings.peopleLead}
      right="administer"
      actions={
        <Button icon={<UserPlus size={14} aria-hidden />} onClick={() => setIsInviting(true)}>
          {words.settings.addPerson}
        </Button>
      }
    >
      <Loaded reading={people} rows={3}>
        {({ items }) => (
          <Rows>
            {items.map((person) => (
              <Row
                key={person.id}
                title={
                  <>
                    {person.name}
                    <span className="text-xs font-normal text-ink-muted">
                      {words.settings.roles[person.role]}
                    </span>
                  </>
                }
                facts={<PersonFacts person={person} />}
                actions={
                  <>
                    <Button look="quiet" onClick={() => resetting.mutate(person.id)}>
                      {words.settings.resetPassword}
                    </Button>
                    <Button look="quiet" onClick={() => setRemoved(person)}>
                      {words.settings.remove}
                    </Button>
                  </>
                }
              />
            ))}
          </Rows>
        )}
      </Loaded>
      {isInviting ? <InviteDialog onClose={() => setIsInviting(false)} onInvited={refresh} /> : null}
      {removed ? (
        <RemovePerson person={removed} onClose={() => setRemoved(null)} onRemoved={refresh} />
      ) : null}
      <Dialog
        open={resetting.data !== undefined}
        onOpenChange={() => resetting.reset()}
        title={words.settings.resetPassword}
      >
        {resetting.data ? <ShownOnce hint={words.settings.invited} secret={resetting.data.url} /> : null}
      </Dialog>
    </SettingsPage>
  );
}

function PersonFacts({ person }: { readonly person: Person }) {
  const words = useWords();
  return (
    <>
      {person.email}
      {person.tags ? ` · ${words.settings.visibleTags}: ${person.tags.join(", ")}` : ""}
      {person.secondFactor ? ` · ${words.settings.secondFactor}` : ""}
      {" · "}
      {person.lastSignedInAt ? (
        <>
          {words.settings.lastSeen} <RelativeTime at={person.lastSignedInAt} />
        </>
      ) : (
        words.settings.notYet
      )}
    </>
  );
}

function RemovePerson({
  person,
  onClose,
  onRemoved,
}: {
  readonly person: Person;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}) {
  const words = useWords();
  const removing = useMutation({
    mutationFn: async () => {
      const { etag } = await request<Person>(`/people/${person.id}`);
      await request(`/people/${person.id}`, {
        method: "DELETE",
        ...(etag === null ? {} : { ifMatch: etag }),
      });
    },
    onSuccess: () => {
      onRemoved();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={words.settings.remove}
      actions={
        <>
          <Button onClick={onClose}>{words.actions.cancel}</Button>
          <Button look="danger" disabled={removing.isPending} onClick={() => removing.mutate()}>
            {words.settings.remove}
          </Button>
        </>
      }
    >
      <p className="text-sm">{words.settings.removePerson(person.name)}</p>
      {removing.error ? (
        <p role="alert" className="mt-2 text-sm text-down">
          {removing.error.message}
        </p>
      ) : null}
    </Dialog>
  );
}
