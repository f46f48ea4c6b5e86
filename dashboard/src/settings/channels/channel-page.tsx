/** One channel: its form, the message that it would send, a test, its removal. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Channel } from "../../../../src/contract/api/alerting/channels.ts";
import { ApiError } from "../../api/request.ts";
import { useRight } from "../../api/session.ts";
import { buttonClass } from "../../design/button.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { Empty } from "../../design/page.tsx";
import { ScrollingText } from "../../design/scrolling-text.tsx";
import { useWords } from "../../words/words.tsx";
import { DeleteButton } from "../delete-button.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { ChannelForm } from "./channel-form.tsx";
import { MessagePreview } from "./message-preview.tsx";
import { channelQuery, channelsKey, channelTypesQuery } from "./queries.ts";
import { TestAnswer, TestButton, useChannelTest } from "./test-button.tsx";

const route = getRouteApi("/framed/settings/channels/$name");

export function ChannelPage() {
  const words = useWords();
  const { name } = route.useParams();
  const channel = useQuery(channelQuery(name));
  const types = useQuery(channelTypesQuery);
  const mayChange = useRight("administer");
  const test = useChannelTest(name);
  if (channel.error instanceof ApiError && channel.error.status === 404) {
    return (
      <Empty
        title={words.settings.channels.unknown(name)}
        action={
          <Link to="/settings/channels" className={buttonClass()}>
            {words.settings.channels.toList}
          </Link>
        }
      />
    );
  }
  const found = channel.data?.content;
  return (
    <SettingsPage
      title={name}
      lead={found === undefined ? null : (words.settings.channels.types[found.type] ?? found.type)}
      right="edit"
      actions={
        mayChange && found ? (
          <>
            {found.editable ? (
              <DeleteButton
                path={`/channels/${encodeURIComponent(name)}`}
                revision={found.revision}
                list="/settings/channels"
                listKey={channelsKey}
                words={{
                  question: words.settings.channels.removeTitle(name),
                  hint: words.settings.channels.removeHint,
                  done: words.settings.channels.removed(name),
                  failed: words.settings.channels.notRemoved,
                }}
              />
            ) : null}
            <TestButton test={test} name={name} />
          </>
        ) : null
      }
    >
      <div className="mb-4 empty:hidden">
        <TestAnswer test={test} />
      </div>
      <Loaded reading={channel} rows={6}>
        {({ content, etag }) => (
          <Loaded reading={types} rows={6}>
            {({ items }) => {
              const type = items.find((each) => each.type === content.type);
              if (!content.editable) return <OfFile channel={content} mayPreview={mayChange} />;
              if (type === undefined || !mayChange) return <Settings channel={content} />;
              return <ChannelForm key={etag} type={type} channel={content} etag={etag} />;
            }}
          </Loaded>
        )}
      </Loaded>
    </SettingsPage>
  );
}

function OfFile({ channel, mayPreview }: { readonly channel: Channel; readonly mayPreview: boolean }) {
  const words = useWords().settings.channels;
  return (
    <div className="grid gap-8 lg:grid-cols-2">
      <div className="min-w-0">
        <p className="mb-3 rounded bg-sunken px-3 py-2 text-sm">{words.editInFile(channel.name)}</p>
        <Settings channel={channel} />
      </div>
      {mayPreview ? <MessagePreview name={channel.name} settings={null} /> : null}
    </div>
  );
}

/** For those who may not change it, and of the file: what it is set to, without secrets. */
function Settings({ channel }: { readonly channel: Channel }) {
  const words = useWords().settings.channels;
  return (
    <ScrollingText label={words.settingsOf(channel.name)} className="max-h-96">
      {JSON.stringify(channel.settings, null, 2)}
    </ScrollingText>
  );
}
