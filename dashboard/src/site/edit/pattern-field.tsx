/** The regular expression, and a button that tries it against the page as it is now. */
import { useMutation } from "@tanstack/react-query";
import type { PatternAnswer, PatternRequest } from "../../../../src/contract/api/sites/checks.ts";
import { request } from "../../api/request.ts";
import { Button } from "../../design/button.tsx";
import { TextField } from "../../design/field.tsx";
import { useFormat, useWords } from "../../words/words.tsx";

interface PatternFieldProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
  readonly url: string;
  /** Of a saved site with this address: the page is fetched with its own headers. */
  readonly siteId: string | null;
}

export function PatternField({ value, error, onChange, url, siteId }: PatternFieldProps) {
  const words = useWords();
  const attempt = useMutation({
    mutationFn: async (body: PatternRequest) =>
      (await request<PatternAnswer>("/pattern", { method: "POST", body })).content,
  });
  const tryIt = () => attempt.mutate(siteId === null ? { url, regexp: value } : { siteId, regexp: value });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-start gap-2">
        <div className="min-w-0 grow">
          <TextField
            label={words.siteForm.fields.regexp}
            hint={words.siteForm.regexpHint}
            error={error}
            value={value}
            spellCheck={false}
            autoCapitalize="off"
            className="font-mono"
            onChange={({ target }) => onChange(target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || value === "") return;
              event.preventDefault();
              tryIt();
            }}
          />
        </div>
        <Button
          className="mt-6 h-8 pointer-coarse:h-10"
          disabled={value === "" || url === "" || attempt.isPending}
          onClick={tryIt}
        >
          {attempt.isPending ? words.siteForm.trying : words.siteForm.tryPattern}
        </Button>
      </div>
      {attempt.error ? (
        <p role="alert" className="text-xs text-down">
          {attempt.error.message}
        </p>
      ) : attempt.data ? (
        <PatternOutcome answer={attempt.data} />
      ) : null}
    </div>
  );
}

function PatternOutcome({ answer }: { readonly answer: PatternAnswer }) {
  const words = useWords();
  const format = useFormat();
  const { matched, at, excerpt, excerptStart, pageBytes, statusCode, error } = answer;
  const start = at === null ? 0 : at.start - excerptStart;
  const end = at === null ? 0 : start + at.length;
  return (
    <div role="status" className="rounded bg-sunken p-3 text-sm">
      <p className={matched === true ? "text-up" : "text-down"}>
        <span className="font-medium">
          {error
            ? error.message
            : matched === true
              ? words.siteForm.found(format.number(at?.start ?? 0))
              : words.siteForm.notFound}
        </span>
        <span className="text-ink-muted">
          {statusCode === null ? null : ` · ${words.checking.status(statusCode)}`}
          {pageBytes === null ? null : ` · ${format.bytes(pageBytes)}`}
        </span>
      </p>
      {excerpt === "" ? null : (
        <pre className="mt-2 max-h-48 overflow-y-auto font-mono text-xs leading-5 break-all whitespace-pre-wrap text-ink-muted">
          {at === null ? (
            excerpt
          ) : (
            <>
              {excerptStart > 0 ? "…" : ""}
              {excerpt.slice(0, start)}
              <mark className="rounded-xs bg-degraded-wash px-0.5 font-semibold text-ink ring-1 ring-degraded-fill">
                {excerpt.slice(start, end)}
              </mark>
              {excerpt.slice(end)}…
            </>
          )}
        </pre>
      )}
    </div>
  );
}
