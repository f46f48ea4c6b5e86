/** The channels: how each ended its last message, and whether it works now. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, Plus } from "lucide-react";
import type { Channel } from "../../../../src/contract/api/alerting/channels.ts";
import { useRight } from "../../api/session.ts";
import { Outcome } from "../../deliveries/outcome.tsx";
import { buttonClass } from "../../design/button.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { Empty } from "../../design/page.tsx";
import { RelativeTime } from "../../design/relative-time.tsx";
import { useWords } from "../../words/words.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { channelsQuery } from "./queries.ts";
import { TestAnswer, TestButton, useChannelTest } from "./test-button.tsx";

export function ChannelsPage() {
  const words = useWords().settings.channels;
  const channels = useQuery(channelsQuery);
  const mayChange = useRight("administer");
  const add = mayChange ? (
    <Link to="/settings/channels/new" className={buttonClass("primary")}>
      <Plus size={14} aria-hidden />
      {words.add}
    </Link>
  ) : null;
  return (
    <SettingsPage
      title={words.title}
      lead={words.lead}
      right="edit"
      actions={channels.data && channels.data.items.length > 0 ? add : null}
    >
      <Loaded reading={channels}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<Bell size={28} aria-hidden />} title={words.none} action={add}>
              {words.noneHint}
            </Empty>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {items.map((channel) => (
                <ChannelRow key={channel.name} channel={channel} mayTest={mayChange} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </SettingsPage>
  );
}

function ChannelRow({ channel, mayTest }: { readonly channel: Channel; readonly mayTest: boolean }) {
  const words = useWords().settings.channels;
  const { name, type, source, problem, lastDelivery } = channel;
  const test = useChannelTest(name);
  return (
    <li className="py-2.5">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 sm:grid-cols-[minmax(0,14rem)_minmax(0,1fr)_auto]">
        <div className="min-w-0">
          <Link
            to="/settings/channels/$name"
            params={{ name }}
            className="block truncate text-sm font-medium hover:underline"
          >
            {name}
          </Link>
          <p className="truncate text-xs text-ink-muted">
            {words.types[type] ?? type}
            {source === "file" ? ` · ${words.inFile}` : ""}
          </p>
        </div>
        <div className="min-w-0 text-sm max-sm:col-span-2 max-sm:row-start-2">
          {problem !== null ? (
            <p className="break-words text-down">{problem}</p>
          ) : lastDelivery === null ? (
            <p className="text-ink-faint">{words.neverUsed}</p>
          ) : (
            <>
              <p className="flex items-center gap-2">
                <Outcome state={lastDelivery.state} />
                <RelativeTime at={lastDelivery.at} className="text-ink-muted" />
              </p>
              {lastDelivery.state === "failed" && lastDelivery.reason !== null ? (
                <p className="text-xs break-words text-ink-muted">{lastDelivery.reason}</p>
              ) : null}
            </>
          )}
        </div>
        {mayTest ? <TestButton test={test} name={name} /> : null}
      </div>
      <TestAnswer test={test} />
    </li>
  );
}
