/** The routes, and saving them as a whole: the server takes nothing less. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { RouteList, RoutesRequest, WrittenRoute } from "../../../../src/contract/api/alerting/routes.ts";
import { type Answer, read, request } from "../../api/request.ts";

export const routesQuery = queryOptions({
  queryKey: ["routes"],
  queryFn: ({ signal }) => read<RouteList>("/routes", signal),
});

/** The routes of the table; those of the file stand before them and are changed there. */
export function tableRoutesOf({ items }: RouteList): readonly WrittenRoute[] {
  return items.filter(({ editable }) => editable).map(({ route }) => route);
}

/** Replaces the routes of the table, if nobody else has changed them since `list` was read. */
export function useSaveRoutes(list: RouteList) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      routes,
      revision = list.revision,
    }: {
      readonly routes: readonly WrittenRoute[];
      /** Of the routes that are replaced, where these are newer than `list`. */
      readonly revision?: number;
    }): Promise<Answer<RouteList>> => {
      const onCall = list.onCall.filter(({ editable }) => editable);
      const body: RoutesRequest = {
        routes: [...routes],
        onCall: Object.fromEntries(onCall.map(({ name, rotation }) => [name, rotation])),
      };
      return request<RouteList>("/routes", { method: "PUT", body, ifMatch: `"${revision}"` });
    },
    onSuccess: ({ content }) => client.setQueryData(routesQuery.queryKey, content),
    onError: () => client.invalidateQueries({ queryKey: routesQuery.queryKey }),
  });
}
