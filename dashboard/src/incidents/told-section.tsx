/** Who was told of the incident, when and over which channel; what could not be sent, and why. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { DeliveryRow } from "../deliveries/delivery-row.tsx";
import { deliveriesQuery } from "../deliveries/queries.ts";
import { Loaded } from "../design/loaded.tsx";
import { MoreButton } from "../design/more-button.tsx";
import { Section } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function ToldSection({ incidentId }: { readonly incidentId: string }) {
  const words = useWords().settings;
  const deliveries = useInfiniteQuery(deliveriesQuery({ incident: incidentId }));
  return (
    <Section title={words.deliveries.ofIncident}>
      <Loaded reading={deliveries} rows={2}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p className="text-sm text-ink-muted">{words.deliveries.nobody}</p>;
          return (
            <ul
              aria-label={words.deliveries.ofIncident}
              className="divide-y divide-line border-y border-line"
            >
              {items.map((delivery) => (
                <DeliveryRow key={delivery.id} delivery={delivery} ofIncident />
              ))}
            </ul>
          );
        }}
      </Loaded>
      <MoreButton list={deliveries} />
    </Section>
  );
}
