/** The on-call rotations that routes name: who takes turns. They are edited as text. */
import type { RouteList } from "../../../../src/contract/api/alerting/routes.ts";
import { Section } from "../../design/page.tsx";
import { useWords } from "../../words/words.tsx";
import { Row, Rows } from "../rows.tsx";

export function Rotations({ list: { onCall } }: { readonly list: RouteList }) {
  const words = useWords().settings.routes;
  if (onCall.length === 0) return null;
  return (
    <Section title={words.rotations}>
      <Rows>
        {onCall.map(({ name, rotation, source }) => (
          <Row
            key={name}
            title={name}
            facts={[
              ...rotation.layers.map(({ order, handOver = "weekly" }) =>
                words.turns(order.join(", "), words.handOvers[handOver]),
              ),
              rotation.timezone ?? "UTC",
              source === "file" ? words.ofFile : words.rotationOfTable,
            ].join(" · ")}
          />
        ))}
      </Rows>
    </Section>
  );
}
