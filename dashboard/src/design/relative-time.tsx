/** An instant as its age, which ticks; the exact one, local and UTC, on hover. */
import { useFormat, useWords } from "../words/words.tsx";
import { useNow } from "./clock.ts";

export function RelativeTime({
  at,
  className,
}: {
  /** ISO 8601. */
  readonly at: string;
  readonly className?: string;
}) {
  const words = useWords();
  const format = useFormat();
  const instant = new Date(at).getTime();
  const ageMs = useNow() - instant;
  const age = format.duration(Math.abs(ageMs));
  return (
    <time dateTime={at} title={`${format.dateTime(instant)}\n${format.utc(instant)}`} className={className}>
      {ageMs < -1500 ? words.time.ahead(age) : ageMs < 1500 ? words.time.justNow : words.time.ago(age)}
    </time>
  );
}

/** An instant in the viewer's zone; UTC on hover. */
export function ExactTime({ at, className }: { readonly at: string; readonly className?: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.utc(at)} className={className}>
      {format.dateTime(at)}
    </time>
  );
}

/** How long something has lasted; ticks. */
export function Elapsed({ since }: { readonly since: string }) {
  const format = useFormat();
  return (
    <time dateTime={since} title={`${format.dateTime(since)}\n${format.utc(since)}`}>
      {format.duration(useNow() - new Date(since).getTime())}
    </time>
  );
}
