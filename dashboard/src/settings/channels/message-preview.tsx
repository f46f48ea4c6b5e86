/** The message that a channel would send about an example incident, as its fields are now. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type {
  ChannelPreview,
  ChannelPreviewRequest,
} from "../../../../src/contract/api/alerting/channels.ts";
import { request } from "../../api/request.ts";
import { ScrollingText } from "../../design/scrolling-text.tsx";
import { Select } from "../../design/select.tsx";
import { useWords } from "../../words/words.tsx";

const kinds = ["opened", "worsened", "escalated", "reminder", "acknowledged", "resolved"] as const;

export function MessagePreview({
  name,
  settings,
}: {
  readonly name: string | null;
  /** Null: the saved ones. */
  readonly settings: ChannelPreviewRequest["settings"] | null;
}) {
  const words = useWords().settings;
  const [kind, setKind] = useState<(typeof kinds)[number]>("opened");
  const body: ChannelPreviewRequest = {
    ...(name === null ? {} : { name }),
    ...(settings === null ? {} : { settings }),
    kind,
  };
  const preview = useQuery({
    queryKey: ["channel-preview", body],
    queryFn: async ({ signal }) =>
      (await request<ChannelPreview>("/channels/preview", { method: "POST", body, signal })).content,
    retry: false,
    gcTime: 0,
    placeholderData: (before) => before,
  });
  return (
    <section className="min-w-0 lg:sticky lg:top-16 lg:self-start">
      <div className="mb-2 flex min-h-7 items-center justify-between gap-3">
        <h2 className="text-sm font-medium">{words.channels.preview}</h2>
        <Select
          label={words.channels.previewOf}
          value={kind}
          options={kinds.map((value) => ({ value, label: words.deliveries.kinds[value] }))}
          onChange={setKind}
        />
      </div>
      {preview.error ? (
        <p className="rounded bg-sunken px-3 py-6 text-center text-sm text-ink-faint">
          {words.channels.previewLater}
        </p>
      ) : (
        <ScrollingText
          label={words.channels.preview}
          className="max-h-[60vh] min-h-32 break-words whitespace-pre-wrap"
        >
          {preview.data?.message ?? ""}
        </ScrollingText>
      )}
      <p className="mt-1.5 text-xs text-ink-faint">{words.channels.previewHint}</p>
    </section>
  );
}
