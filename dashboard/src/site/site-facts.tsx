/** What the site is: its settings at a glance. */
import type { ReactNode } from "react";
import type { SiteDetail } from "../../../src/contract/api/sites/sites.ts";
import { useNow } from "../design/clock.ts";
import { ExactTime } from "../design/relative-time.tsx";
import { Tag } from "../design/tag.tsx";
import { useFormat, useWords } from "../words/words.tsx";

const DAY_MS = 86_400_000;

export function SiteFacts({ site }: { readonly site: SiteDetail }) {
  const words = useWords();
  const format = useFormat();
  const { definition, summary } = site;
  const { options } = definition;
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 text-sm sm:grid-cols-3 lg:grid-cols-1">
      <Fact label={words.site.facts.interval}>
        {words.site.facts.every(format.duration(definition.intervalMs))}
      </Fact>
      <Fact label={words.site.facts.request}>
        {options.method ?? "GET"} · {words.site.facts.timeout(format.duration(definition.timeoutMs))}
      </Fact>
      <Fact label={words.site.facts.expects}>
        {words.site.facts.status(options.expectedStatus ?? "200-399")}
        {definition.regexp === null ? null : (
          <code
            className="mt-0.5 block truncate rounded bg-sunken px-1.5 font-mono text-xs"
            title={definition.regexp}
          >
            {definition.regexp}
          </code>
        )}
      </Fact>
      <Fact label={words.site.facts.certificate}>
        <Certificate expiresAt={summary.certificateExpiresAt} />
      </Fact>
      <Fact label={words.site.facts.locations}>
        {summary.locations.length === 0 ? "–" : summary.locations.join(", ")}
      </Fact>
      {definition.tags.length === 0 ? null : (
        <Fact label={words.site.facts.tags}>
          <span className="flex flex-wrap gap-1">
            {definition.tags.map((tag) => (
              <Tag key={tag} tag={tag} />
            ))}
          </span>
        </Fact>
      )}
      <Fact label={words.site.facts.source}>
        {words.sites.sources[site.source]}
        {site.editWhere === null ? null : (
          <span className="block text-xs break-words text-ink-faint">{site.editWhere}</span>
        )}
      </Fact>
      <Fact label={words.site.facts.since}>
        <ExactTime at={site.createdAt} />
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-faint">{label}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}

function Certificate({ expiresAt }: { readonly expiresAt: string | null }) {
  const words = useWords();
  const format = useFormat();
  const days = Math.floor((Date.parse(expiresAt ?? "") - useNow(60)) / DAY_MS);
  if (expiresAt === null) return <>{words.site.facts.noCertificate}</>;
  return (
    <span className={days < 0 ? "text-down" : days < 14 ? "text-degraded" : ""} title={format.utc(expiresAt)}>
      {days < 0 ? words.sites.certificateExpired : words.site.facts.days(days)}
      <span className="text-ink-faint"> · {format.day(expiresAt)}</span>
    </span>
  );
}
