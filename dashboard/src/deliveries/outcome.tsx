/** How far a message has come: a mark, a word and a colour. */
import { Check, CircleDashed, CircleSlash, LoaderCircle, TriangleAlert } from "lucide-react";
import type { Delivery } from "../../../src/contract/api/alerting/deliveries.ts";
import { useWords } from "../words/words.tsx";

const marks = {
  waiting: { Icon: CircleDashed, color: "text-ink-muted" },
  sending: { Icon: LoaderCircle, color: "text-ink-muted" },
  sent: { Icon: Check, color: "text-up" },
  failed: { Icon: TriangleAlert, color: "text-down" },
  cancelled: { Icon: CircleSlash, color: "text-ink-faint" },
} as const;

export function Outcome({ state }: { readonly state: Delivery["state"] }) {
  const words = useWords().settings.deliveries;
  const { Icon, color } = marks[state];
  return (
    <span className={`inline-flex shrink-0 items-center gap-1.5 font-medium ${color}`}>
      <Icon size={13} aria-hidden />
      {words.states[state]}
    </span>
  );
}
