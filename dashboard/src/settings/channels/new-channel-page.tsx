/** A new channel: first its type, then its fields. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Loaded } from "../../design/loaded.tsx";
import { useWords } from "../../words/words.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { ChannelForm } from "./channel-form.tsx";
import { channelTypesQuery } from "./queries.ts";

const route = getRouteApi("/framed/settings/channels/new");

export function NewChannelPage() {
  const words = useWords().settings.channels;
  const { type } = route.useSearch();
  const types = useQuery(channelTypesQuery);
  return (
    <SettingsPage
      title={type === undefined ? words.add : words.addOf(words.types[type] ?? type)}
      lead={type === undefined ? words.chooseType : undefined}
      right="administer"
    >
      <Loaded reading={types} rows={8}>
        {({ items }) => {
          const chosen = items.find((each) => each.type === type);
          if (chosen !== undefined)
            return <ChannelForm key={type} type={chosen} channel={null} etag={null} />;
          return (
            <ul className="grid gap-2 sm:grid-cols-2">
              {items.map((each) => (
                <li key={each.type}>
                  <Link
                    to="/settings/channels/new"
                    search={{ type: each.type }}
                    className="block h-full rounded bg-surface px-3 py-2.5 ring-1 ring-inset ring-line hover:bg-hover"
                  >
                    <span className="block text-sm font-medium">{words.types[each.type] ?? each.type}</span>
                    <span className="block text-xs text-ink-muted">
                      {words.typeHints[each.type] ?? each.description}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </SettingsPage>
  );
}
