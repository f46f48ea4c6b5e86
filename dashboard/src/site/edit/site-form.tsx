/** The settings of a site. Every field is checked by the server as it is filled in. */
import { type ReactNode, useId } from "react";
import { Button } from "../../design/button.tsx";
import { SelectField, TextArea, TextField } from "../../design/field.tsx";
import { useWords } from "../../words/words.tsx";
import { type FieldName, type FormValues, methodChoices } from "./form-values.ts";
import { PatternField } from "./pattern-field.tsx";
import { useSiteForm } from "./use-site-form.ts";

interface SiteFormProps {
  readonly initial: FormValues;
  /** Of the saved site; null for a new one. */
  readonly siteId: string | null;
  /** What saving failed with. */
  readonly failure: ReactNode;
  readonly isSaving: boolean;
  readonly onSave: (definition: ReturnType<typeof useSiteForm>["definition"]) => void;
  readonly onCancel: () => void;
}

export function SiteForm({ initial, siteId, failure, isSaving, onSave, onCancel }: SiteFormProps) {
  const words = useWords();
  const form = useSiteForm(initial);
  const { values, change, errorOf } = form;
  const labels = words.siteForm.fields;
  const hints = words.siteForm.hints;
  const text = (field: FieldName) => ({
    label: labels[field],
    error: errorOf(field),
    value: values[field],
    onChange: ({ target }: { target: { value: string } }) => change(field, target.value),
  });
  return (
    <form
      noValidate
      className="flex flex-col gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        form.reveal();
        if (form.canSave) onSave(form.definition);
      }}
    >
      <Group title={words.siteForm.groups.address}>
        <Wide>
          <TextField
            {...text("url")}
            type="url"
            inputMode="url"
            autoFocus={siteId === null}
            placeholder="https://example.org/"
          />
        </Wide>
        <TextField {...text("name")} hint={hints.name} />
        <TextField {...text("tags")} hint={hints.tags} />
      </Group>
      <Group title={words.siteForm.groups.schedule}>
        <TextField {...text("interval")} hint={hints.interval} />
        <TextField {...text("timeout")} hint={hints.timeout} />
      </Group>
      <Group title={words.siteForm.groups.expectations}>
        <TextField {...text("expectedStatus")} placeholder="200-399" hint={hints.expectedStatus} />
        <TextField {...text("responseTimeBelow")} placeholder="2s" hint={hints.responseTimeBelow} />
        <Wide>
          <PatternField
            value={values.regexp}
            error={errorOf("regexp")}
            onChange={(regexp) => change("regexp", regexp)}
            url={values.url.trim()}
            siteId={values.url === initial.url ? siteId : null}
          />
        </Wide>
        <SelectField
          {...text("regexpExpected")}
          options={[
            { value: "present", label: words.siteForm.mustMatch },
            { value: "absent", label: words.siteForm.mustNotMatch },
          ]}
        />
        <TextField
          {...text("certificateDays")}
          inputMode="numeric"
          placeholder="14"
          hint={hints.certificateDays}
        />
      </Group>
      <Group title={words.siteForm.groups.request}>
        <SelectField
          {...text("method")}
          options={methodChoices.map((method) => ({ value: method, label: method }))}
        />
        <SelectField
          {...text("followRedirects")}
          options={[
            { value: "true", label: words.siteForm.follow },
            { value: "false", label: words.siteForm.judgeRedirect },
          ]}
        />
        <TextArea
          {...text("headers")}
          rows={3}
          spellCheck={false}
          placeholder="Accept: application/json"
          hint={hints.headers}
        />
        <TextArea {...text("body")} rows={3} spellCheck={false} />
        <TextField {...text("retries")} inputMode="numeric" placeholder="2" hint={hints.retries} />
      </Group>
      <Group title={words.siteForm.groups.incidents}>
        <TextField {...text("openAfter")} inputMode="numeric" placeholder="2" hint={hints.openAfter} />
        <TextField {...text("recoverAfter")} inputMode="numeric" placeholder="2" hint={hints.recoverAfter} />
        <TextField {...text("quorum")} placeholder="majority" hint={hints.quorum} />
        <TextField {...text("dependsOn")} hint={hints.dependsOn} />
      </Group>
      <Group title={words.siteForm.groups.other}>
        <Wide>
          <TextArea
            {...text("otherOptions")}
            rows={4}
            spellCheck={false}
            className="font-mono text-xs"
            hint={hints.otherOptions}
          />
        </Wide>
      </Group>
      <div className="sticky bottom-0 -mx-4 flex flex-wrap items-center gap-2 border-t border-line bg-canvas px-4 py-3 max-sm:bottom-13">
        <Button type="submit" look="primary" disabled={isSaving}>
          {isSaving ? words.siteForm.saving : words.actions.save}
        </Button>
        <Button onClick={onCancel}>{words.actions.cancel}</Button>
        <div role="status" className="min-w-0 text-sm text-down">
          {failure}
          {form.others.map((message) => (
            <p key={message}>{message}</p>
          ))}
        </div>
      </div>
    </form>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="grid gap-x-8 gap-y-3 md:grid-cols-[11rem_minmax(0,1fr)]">
      <h2 id={id} className="text-base font-semibold">
        {title}
      </h2>
      <div className="grid gap-4 sm:grid-cols-2">{children}</div>
    </section>
  );
}

function Wide({ children }: { readonly children: ReactNode }) {
  return <div className="sm:col-span-2">{children}</div>;
}
