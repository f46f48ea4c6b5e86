/** The stages as they follow each other. A stage that holds things up has a mark and a word, not only a colour. */
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Pipeline } from "../../../src/contract/api/pipeline/pipeline.ts";
import { classNames } from "../design/class-names.ts";
import { RelativeTime } from "../design/relative-time.tsx";
import { useFormat, useWords } from "../words/words.tsx";

/** Rows that wait longer than this, or more than so many events behind, hold things up. */
const lateMs = 60_000;
const farBehind = 10_000;

export function Flow({ pipeline }: { readonly pipeline: Pipeline }) {
  const words = useWords().pipeline;
  const format = useFormat();
  const { monitors, outbox, relay, log, consumer, database, results } = pipeline;
  const sites = monitors.reduce((sum, monitor) => sum + monitor.sites, 0);
  const isLate = (outbox.oldestAgeMs ?? 0) > lateMs;
  const isBehind = (consumer.lag ?? 0) > farBehind;
  return (
    <ol className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-6">
      <Stage title={words.monitors} figure={format.number(monitors.length)} facts={[words.sites(sites)]} />
      <Stage
        title={words.outbox}
        figure={format.number(outbox.waiting)}
        trouble={isLate ? words.late : null}
        facts={[
          words.waiting,
          rateOf(outbox.ratePerSecond, words.inserted),
          outbox.oldestAgeMs === null ? null : words.oldest(format.duration(outbox.oldestAgeMs)),
        ]}
      />
      <Stage
        title={words.relay}
        figure={relay === null ? "–" : format.number(relay.owners.length)}
        facts={[
          relay === null ? words.noRelay : words.running,
          relay === null ? null : rateOf(relay.ratePerSecond, words.published),
        ]}
      />
      <Stage
        title={log.kind === "kafka" ? "Kafka" : words.embeddedLog}
        figure={format.number(log.topics.length)}
        trouble={log.problem}
        facts={[words.topics, log.description]}
      />
      <Stage
        title={words.consumer}
        figure={consumer.lag === null ? "–" : format.number(consumer.lag)}
        trouble={isBehind ? words.behind : null}
        facts={[words.lag, rateOf(consumer.ratePerSecond, words.recorded)]}
      />
      <Stage
        title={words.database}
        figure={results.newestAt === null ? "–" : <RelativeTime at={results.newestAt} />}
        facts={[words.newest, database.description]}
      />
    </ol>
  );
}

function rateOf(rate: number | null, word: (perSecond: string) => string): string | null {
  return rate === null ? null : word(rate < 10 ? rate.toFixed(1) : Math.round(rate).toString());
}

function Stage({
  title,
  figure,
  facts,
  trouble = null,
}: {
  readonly title: string;
  readonly figure: ReactNode;
  readonly facts: readonly (string | null)[];
  readonly trouble?: string | null;
}) {
  return (
    <li
      className={classNames(
        "relative min-w-0 rounded bg-surface p-3 ring-1 ring-inset",
        trouble === null ? "ring-line" : "ring-down",
        // The line to the next stage.
        "lg:not-last:after:absolute lg:not-last:after:top-1/2 lg:not-last:after:left-full lg:not-last:after:h-px lg:not-last:after:w-2 lg:not-last:after:bg-line-strong",
      )}
    >
      <h2 className="text-xs font-medium text-ink-muted">{title}</h2>
      <p className="mt-1 text-xl font-semibold tabular-nums">{figure}</p>
      {facts.map((fact) =>
        fact === null ? null : (
          <p key={fact} className="truncate text-xs text-ink-muted" title={fact}>
            {fact}
          </p>
        ),
      )}
      {trouble === null ? null : (
        <p className="mt-1 flex items-center gap-1 text-xs font-medium text-down">
          <TriangleAlert size={12} aria-hidden />
          {trouble}
        </p>
      )}
    </li>
  );
}
