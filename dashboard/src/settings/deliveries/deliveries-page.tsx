/** Every message about an incident, newest first: sent, waiting, failed. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { DeliveryRow } from "../../deliveries/delivery-row.tsx";
import { deliveriesQuery } from "../../deliveries/queries.ts";
import { Loaded } from "../../design/loaded.tsx";
import { MoreButton } from "../../design/more-button.tsx";
import { Empty } from "../../design/page.tsx";
import { Select } from "../../design/select.tsx";
import { useWords } from "../../words/words.tsx";
import { useChannelChoices } from "../choices.ts";
import { SettingsPage } from "../settings-page.tsx";
import { type DeliveriesSearch, deliveryStates } from "./deliveries-search.ts";

const route = getRouteApi("/framed/settings/deliveries");

export function DeliveriesPage() {
  const words = useWords().settings.deliveries;
  const search = route.useSearch();
  const deliveries = useInfiniteQuery(deliveriesQuery(search));
  const isFiltered = Object.keys(search).length > 0;
  return (
    <SettingsPage title={words.title} lead={words.lead} right="read">
      <Filters search={search} />
      <Loaded reading={deliveries} rows={8}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <Empty icon={<Send size={28} aria-hidden />} title={isFiltered ? words.noMatch : words.none}>
                {isFiltered ? null : words.noneHint}
              </Empty>
            );
          }
          return (
            <ul className="divide-y divide-line border-y border-line">
              {items.map((delivery) => (
                <DeliveryRow key={delivery.id} delivery={delivery} />
              ))}
            </ul>
          );
        }}
      </Loaded>
      <MoreButton list={deliveries} />
    </SettingsPage>
  );
}

function Filters({ search }: { readonly search: DeliveriesSearch }) {
  const words = useWords().settings.deliveries;
  const navigate = useNavigate({ from: "/settings/deliveries" });
  const channels = useChannelChoices();
  const change = (name: keyof DeliveriesSearch, value: string) =>
    void navigate({ search: ({ [name]: _, ...rest }) => (value === "" ? rest : { ...rest, [name]: value }) });
  return (
    <search className="mb-3 flex flex-wrap gap-2">
      <Select
        label={words.state}
        value={search.state ?? ""}
        isSet={search.state !== undefined}
        options={[
          { value: "", label: words.anyState },
          ...deliveryStates.map((value) => ({ value, label: words.states[value] })),
        ]}
        onChange={(value) => change("state", value)}
      />
      {channels.length === 0 ? null : (
        <Select
          label={words.channel}
          value={search.channel ?? ""}
          isSet={search.channel !== undefined}
          options={[{ value: "", label: words.anyChannel }, ...channels]}
          onChange={(value) => change("channel", value)}
        />
      )}
    </search>
  );
}
