/** Which monitor has which part of the sites, and where. */
import type { Pipeline } from "../../../src/contract/api/pipeline/pipeline.ts";
import { Section } from "../design/page.tsx";
import { RelativeTime } from "../design/relative-time.tsx";
import { useFormat, useWords } from "../words/words.tsx";

export function Monitors({ monitors }: { readonly monitors: Pipeline["monitors"] }) {
  const words = useWords().pipeline;
  const format = useFormat();
  if (monitors.length === 0) return null;
  return (
    <Section title={words.monitors}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <div className="overflow-x-auto" role="region" aria-label={words.monitors} tabIndex={0}>
        <table className="w-full text-sm tabular-nums">
          <thead>
            <tr className="text-left text-xs text-ink-muted">
              <th className="py-1 pr-4 font-medium">{words.process}</th>
              <th className="py-1 pr-4 font-medium">{words.location}</th>
              <th className="py-1 pr-4 text-right font-medium">{words.shards}</th>
              <th className="py-1 pr-4 text-right font-medium">{words.sitesColumn}</th>
              <th className="py-1 text-right font-medium">{words.seen}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-y border-line">
            {monitors.map(({ owner, location, shards, sites, seenAt }) => (
              <tr key={`${owner} ${location}`}>
                <td className="py-1.5 pr-4 font-mono text-xs">{owner}</td>
                <td className="py-1.5 pr-4">{location}</td>
                <td className="py-1.5 pr-4 text-right">{format.number(shards)}</td>
                <td className="py-1.5 pr-4 text-right">{format.number(sites)}</td>
                <td className="py-1.5 text-right whitespace-nowrap text-ink-muted">
                  <RelativeTime at={seenAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
