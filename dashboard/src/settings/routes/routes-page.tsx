/** Who is told of what: the tree of routes as people read it, and a question to it. */
import { useQuery } from "@tanstack/react-query";
import { Plus, Waypoints } from "lucide-react";
import { useState } from "react";
import type { RouteList, WrittenRoute } from "../../../../src/contract/api/alerting/routes.ts";
import { useRight } from "../../api/session.ts";
import { Button } from "../../design/button.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { Empty, Section } from "../../design/page.tsx";
import { announceFailure, announceWithUndo } from "../../design/toast.tsx";
import { useWords } from "../../words/words.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { ExplainPanel } from "./explain-panel.tsx";
import { routesQuery, tableRoutesOf, useSaveRoutes } from "./queries.ts";
import { Rotations } from "./rotations.tsx";
import { RouteDialog } from "./route-dialog.tsx";
import { RouteItem } from "./route-item.tsx";
import { addRoute, moveRoute, type Place, removeRoute, replaceRoute } from "./route-tree.ts";

export function RoutesPage() {
  const words = useWords().settings.routes;
  const routes = useQuery(routesQuery);
  return (
    <SettingsPage title={words.title} lead={words.lead} right="edit">
      <Loaded reading={routes} rows={6}>
        {(list) => <RoutesView list={list} />}
      </Loaded>
    </SettingsPage>
  );
}

/** What the dialog edits: the route at a place, or a new one within that place. */
type Editing = { readonly place: Place; readonly route: WrittenRoute | null };

function RoutesView({ list }: { readonly list: RouteList }) {
  const words = useWords();
  const mayChange = useRight("administer");
  const save = useSaveRoutes(list);
  const [editing, setEditing] = useState<Editing | null>(null);
  const table = tableRoutesOf(list);
  const ofFile = list.items.filter(({ editable }) => !editable);
  /** Changes at once, with a way back. */
  const change = (routes: readonly WrittenRoute[], done: string) =>
    save.mutate(
      { routes },
      {
        onSuccess: ({ content }) =>
          announceWithUndo(done, words.actions.undo, () =>
            save.mutate({ routes: table, revision: content.revision }),
          ),
        onError: (error) => announceFailure(words.settings.routes.notSaved, error.message),
      },
    );
  const add = mayChange ? (
    <Button icon={<Plus size={14} aria-hidden />} onClick={() => setEditing({ place: [], route: null })}>
      {words.settings.routes.add}
    </Button>
  ) : null;
  const actions = mayChange
    ? {
        edit: (place: Place, route: WrittenRoute) => setEditing({ place, route }),
        addWithin: (place: Place) => setEditing({ place, route: null }),
        move: (place: Place, by: -1 | 1) => change(moveRoute(table, place, by), words.settings.routes.moved),
        remove: (place: Place) => change(removeRoute(table, place), words.settings.routes.removed),
      }
    : null;
  return (
    <>
      {list.everyChannel ? (
        <Empty
          icon={<Waypoints size={28} aria-hidden />}
          title={words.settings.routes.everyChannel}
          action={add}
        >
          {words.settings.routes.everyChannelHint}
        </Empty>
      ) : (
        <>
          <ol aria-label={words.settings.routes.title} className="flex flex-col gap-2">
            {ofFile.map(({ route }, index) => (
              <RouteItem
                // biome-ignore lint/suspicious/noArrayIndexKey: a route has no identity but its place
                key={`file ${index}`}
                route={route}
                number={`${index + 1}`}
                place={[index]}
                siblings={ofFile.length}
                actions={null}
                isOfFile
              />
            ))}
            {table.map((route, index) => (
              <RouteItem
                // biome-ignore lint/suspicious/noArrayIndexKey: a route has no identity but its place
                key={`table ${index}`}
                route={route}
                number={`${ofFile.length + index + 1}`}
                place={[index]}
                siblings={table.length}
                actions={actions}
              />
            ))}
          </ol>
          <div className="mt-3 flex flex-wrap items-center justify-between gap-3">
            <p className="text-xs text-ink-faint">{words.settings.routes.orderHint}</p>
            {add}
          </div>
        </>
      )}
      <Section title={words.settings.routes.explain}>
        <ExplainPanel revision={list.revision} />
      </Section>
      <Rotations list={list} />
      {editing ? (
        <RouteDialog
          route={editing.route}
          rotations={list.onCall.map(({ name }) => name)}
          isPending={save.isPending}
          error={save.error}
          onClose={() => {
            setEditing(null);
            save.reset();
          }}
          onSave={(route) =>
            save.mutate(
              {
                routes:
                  editing.route === null
                    ? addRoute(table, editing.place, route)
                    : replaceRoute(table, editing.place, route),
              },
              { onSuccess: () => setEditing(null) },
            )
          }
        />
      ) : null}
    </>
  );
}
