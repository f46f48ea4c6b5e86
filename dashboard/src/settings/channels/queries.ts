/** What is read of channels. */
import { queryOptions } from "@tanstack/react-query";
import type { Channel, ChannelList, ChannelTypes } from "../../../../src/contract/api/alerting/channels.ts";
import { read, request } from "../../api/request.ts";

export const channelsKey = ["channels"];

export const channelsQuery = queryOptions({
  queryKey: channelsKey,
  queryFn: ({ signal }) => read<ChannelList>("/channels", signal),
  refetchInterval: 30_000,
});

/** One channel with the ETag that its change takes. */
export const channelQuery = (name: string) =>
  queryOptions({
    queryKey: [...channelsKey, name],
    queryFn: ({ signal }) => request<Channel>(`/channels/${encodeURIComponent(name)}`, { signal }),
  });

export const channelTypesQuery = queryOptions({
  queryKey: ["channel-types"],
  queryFn: ({ signal }) => read<ChannelTypes>("/channel-types", signal),
  staleTime: Number.POSITIVE_INFINITY,
});
