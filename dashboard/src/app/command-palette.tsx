/** Everything by name: sites, pages and commands. Opened with Ctrl K or Command K. */
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Keyboard, type LucideIcon, Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { type SiteTable, sitesQuery, titleOf } from "../api/site-table.ts";
import { StateShape } from "../design/state.tsx";
import { sections } from "../settings/sections.ts";
import { useWords } from "../words/words.tsx";
import { pages } from "./pages.ts";
import { chooseTheme } from "./theme.ts";

interface Entry {
  readonly key: string;
  readonly title: string;
  readonly hint?: string;
  readonly icon?: LucideIcon;
  readonly siteId?: string;
  readonly run: () => void;
}

interface EntryGroup {
  readonly value: string;
  readonly items: readonly Entry[];
}

const mostSites = 8;

export default function CommandPalette({
  open,
  onOpenChange,
  onShortcuts,
}: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onShortcuts: () => void;
}) {
  const words = useWords();
  const [text, setText] = useState("");
  const { data: table } = useQuery(sitesQuery);
  const groups = useEntries(text, table, onShortcuts);
  const run = (entry: Entry) => {
    onOpenChange(false);
    entry.run();
  };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          aria-label={words.palette.label}
          className="popup fixed top-[14vh] left-1/2 z-50 w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 overflow-hidden"
        >
          <Autocomplete.Root
            inline
            open
            autoHighlight="always"
            keepHighlight
            mode="none"
            items={groups}
            value={text}
            onValueChange={setText}
            itemToStringValue={(entry: Entry) => entry.title}
          >
            <Autocomplete.Input
              aria-label={words.palette.label}
              placeholder={words.palette.placeholder}
              className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-ink-faint"
            />
            <Autocomplete.Empty className="px-4 text-sm text-ink-faint not-empty:py-6">
              {words.palette.nothing}
            </Autocomplete.Empty>
            <Autocomplete.List className="max-h-[50vh] scroll-py-1 overflow-y-auto not-empty:p-1.5">
              {(group: EntryGroup) => (
                <Autocomplete.Group key={group.value} items={group.items}>
                  <Autocomplete.GroupLabel className="px-2 pt-2 pb-1 text-xs text-ink-faint">
                    {group.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(entry: Entry) => (
                      <Autocomplete.Item
                        key={entry.key}
                        value={entry}
                        onClick={() => run(entry)}
                        className="flex h-9 cursor-default items-center gap-2.5 rounded px-2 text-sm outline-none data-highlighted:bg-hover"
                      >
                        <EntryMark entry={entry} table={table} />
                        <span className="truncate">{entry.title}</span>
                        {entry.hint ? (
                          <span className="ml-auto truncate pl-4 text-xs text-ink-faint">{entry.hint}</span>
                        ) : null}
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function EntryMark({ entry, table }: { readonly entry: Entry; readonly table: SiteTable | undefined }) {
  const site = entry.siteId === undefined ? undefined : table?.byId.get(entry.siteId);
  if (site) return <StateShape state={site.state} labelled />;
  const Icon = entry.icon;
  return Icon ? <Icon size={14} aria-hidden className="text-ink-faint" /> : null;
}

function useEntries(
  text: string,
  table: SiteTable | undefined,
  onShortcuts: () => void,
): readonly EntryGroup[] {
  const words = useWords();
  const navigate = useNavigate();
  return useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const isWanted = (entry: Entry) => entry.title.toLowerCase().includes(wanted);
    const toPages = pages.map(
      ({ name, to, key, icon }): Entry => ({
        key: to,
        title: words.navigation[name],
        hint: `g ${key}`,
        icon,
        run: () => void navigate({ to }),
      }),
    );
    // Those of the settings are many: they appear once something is typed.
    const toSections = sections.map(
      ({ name, to }): Entry => ({
        key: to,
        title: words.settings.sections[name],
        hint: words.navigation.settings,
        run: () => void navigate({ to }),
      }),
    );
    const commands: Entry[] = [
      {
        key: "add",
        title: words.actions.add,
        icon: Plus,
        run: () => void navigate({ to: "/sites/$id", params: { id: "new" } }),
      },
      ...(["system", "light", "dark"] as const).map((theme) => ({
        key: theme,
        title: `${words.preferences.theme}: ${words.preferences[theme]}`,
        run: () => chooseTheme(theme),
      })),
      { key: "shortcuts", title: words.preferences.shortcuts, hint: "?", icon: Keyboard, run: onShortcuts },
    ];
    const groups: EntryGroup[] = [
      {
        value: words.palette.sites,
        items:
          wanted === ""
            ? []
            : sitesCalled(wanted, table, (id) => void navigate({ to: "/sites/$id", params: { id } })),
      },
      {
        value: words.palette.pages,
        items: [...toPages, ...(wanted === "" ? [] : toSections)].filter(isWanted),
      },
      { value: words.palette.commands, items: commands.filter(isWanted) },
    ];
    return groups.filter((group) => group.items.length > 0);
  }, [text, table, words, navigate, onShortcuts]);
}

function sitesCalled(wanted: string, table: SiteTable | undefined, open: (id: string) => void): Entry[] {
  const found: Entry[] = [];
  for (const id of table?.ids ?? []) {
    const site = table?.byId.get(id);
    if (!site || !table?.textById.get(id)?.includes(wanted)) continue;
    found.push({ key: id, title: titleOf(site), hint: site.url, siteId: id, run: () => open(id) });
    if (found.length === mostSites) break;
  }
  return found;
}
