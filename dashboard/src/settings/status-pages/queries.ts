/** What is read of status pages and their notices. */
import { queryOptions } from "@tanstack/react-query";
import type { NoticeList } from "../../../../src/contract/api/status-pages/notices.ts";
import type {
  StatusPageList,
  StatusPageResource,
} from "../../../../src/contract/api/status-pages/status-pages.ts";
import { read, request } from "../../api/request.ts";

export const statusPagesKey = ["status-pages"];

export const statusPagesQuery = queryOptions({
  queryKey: statusPagesKey,
  queryFn: ({ signal }) => read<StatusPageList>("/status-pages", signal),
});

/** One page with the ETag that its change takes. */
export const statusPageQuery = (slug: string) =>
  queryOptions({
    queryKey: [...statusPagesKey, slug],
    queryFn: ({ signal }) =>
      request<StatusPageResource>(`/status-pages/${encodeURIComponent(slug)}`, { signal }),
  });

/** Of the last 90 days. */
export const noticesQuery = (slug: string) =>
  queryOptions({
    queryKey: [...statusPagesKey, slug, "notices"],
    queryFn: ({ signal }) => read<NoticeList>(`/status-pages/${encodeURIComponent(slug)}/notices`, signal),
  });
