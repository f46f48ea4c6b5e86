/** What is read of deliveries. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import type { DeliveryList, DeliveryListQuery } from "../../../src/contract/api/alerting/deliveries.ts";
import { queryString, read } from "../api/request.ts";

export type DeliveryFilter = Pick<DeliveryListQuery, "incident" | "channel" | "state">;

const pageSize = 50;

/** Newest first. */
export const deliveriesQuery = (filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ["deliveries", filter],
    queryFn: ({ pageParam, signal }) =>
      read<DeliveryList>(
        `/deliveries${queryString({ ...filter, limit: pageSize, cursor: pageParam })}`,
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 15_000,
  });
