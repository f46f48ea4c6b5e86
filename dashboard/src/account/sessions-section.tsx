/** Where one is signed in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { OwnSession } from "../../../src/contract/api/accounts/people.ts";
import { read, request } from "../api/request.ts";
import { Button } from "../design/button.tsx";
import { Failure, Loading, Section } from "../design/page.tsx";
import { RelativeTime } from "../design/relative-time.tsx";
import { useWords } from "../words/words.tsx";

export const sessionsKey = ["sessions"];

export function SessionsSection() {
  const words = useWords();
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: sessionsKey,
    queryFn: ({ signal }) => read<{ readonly items: readonly OwnSession[] }>("/sessions", signal),
  });
  const ending = useMutation({
    mutationFn: (id: string) => request(`/sessions/${id}`, { method: "DELETE" }),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
  if (sessions.error) return <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />;
  return (
    <Section title={words.account.sessions}>
      {sessions.data === undefined ? <Loading rows={2} /> : null}
      <ul className="max-w-xl divide-y divide-line">
        {sessions.data?.items.map(({ id, createdAt, address, userAgent, current }) => (
          <li key={id} className="flex items-center gap-3 py-1.5 text-sm">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium" title={userAgent ?? undefined}>
                {browserOf(userAgent) ?? words.account.unknownBrowser}
              </span>
              <span className="text-xs text-ink-muted">
                {address} · <RelativeTime at={createdAt} />
              </span>
            </span>
            {current ? (
              <span className="text-ink-muted">{words.account.thisBrowser}</span>
            ) : (
              <Button look="quiet" disabled={ending.isPending} onClick={() => ending.mutate(id)}>
                {words.actions.signOut}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Enough to recognise one's own: browser and system. Each browser also claims to be those after it. */
function browserOf(userAgent: string | null): string | null {
  const browser = ["Firefox", "Edg", "OPR", "Chrome", "Safari"].find((name) => userAgent?.includes(name));
  const system = ["Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux"].find((name) =>
    userAgent?.includes(name),
  );
  const names: Readonly<Record<string, string>> = { Edg: "Edge", OPR: "Opera", Macintosh: "macOS" };
  const found = [browser, system].filter((name) => name !== undefined).map((name) => names[name] ?? name);
  return found.length === 0 ? null : found.join(" · ");
}
