/** How a status page looks, and who sees it. */
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../design/button.tsx";
import { SelectField, TextArea, TextField } from "../../design/field.tsx";
import { fieldError } from "../../forms/form-dialog.tsx";
import { useWords } from "../../words/words.tsx";
import type { PageValues } from "./page-values.ts";

const languages = ["en", "de"] as const;
const visibilities = ["public", "password", "signed-in"] as const;
/** A data: URL of 32,768 characters holds three bytes in four characters. */
const largestLogoBytes = 24_000;
const usualAccent = "#2563eb";

interface PartProps {
  readonly values: PageValues;
  readonly error: Error | null;
  readonly onChange: (part: Partial<PageValues>) => void;
}

export function AccessFields({
  values,
  error,
  hasPassword,
  onChange,
}: PartProps & { readonly hasPassword: boolean }) {
  const words = useWords();
  const text = words.settings.statusPages;
  return (
    <>
      <SelectField
        label={text.visibility}
        value={values.visibility}
        onChange={({ target }) =>
          onChange({ visibility: visibilities.find((each) => each === target.value) ?? "public" })
        }
        options={visibilities.map((value) => ({ value, label: text.visibilities[value] }))}
      />
      {values.visibility === "password" ? (
        <TextField
          type="password"
          autoComplete="new-password"
          label={words.account.password}
          hint={hasPassword ? text.passwordKept : undefined}
          error={fieldError(error, "password")}
          value={values.password}
          onChange={({ target }) => onChange({ password: target.value })}
        />
      ) : null}
      <TextArea
        label={text.hostNames}
        hint={text.hostNamesHint}
        error={fieldError(error, "definition.hostNames")}
        placeholder="status.example.org"
        rows={2}
        value={values.hostNames}
        onChange={({ target }) => onChange({ hostNames: target.value })}
      />
    </>
  );
}

export function LookFields({ values, error, onChange }: PartProps) {
  const words = useWords().settings.statusPages;
  return (
    <>
      <LogoField logo={values.logo} onChange={(logo) => onChange({ logo })} />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={words.language}
          value={values.language}
          onChange={({ target }) =>
            onChange({ language: languages.find((each) => each === target.value) ?? "en" })
          }
          options={languages.map((value) => ({ value, label: words.languages[value] }))}
        />
        <div className="flex items-end gap-2">
          <div className="min-w-0 flex-1">
            <TextField
              type="color"
              label={words.accent}
              className="px-1!"
              value={values.accent === "" ? usualAccent : values.accent}
              onChange={({ target }) => onChange({ accent: target.value })}
            />
          </div>
          <Button className="h-8" disabled={values.accent === ""} onClick={() => onChange({ accent: "" })}>
            {words.usualAccent}
          </Button>
        </div>
      </div>
      <TextField
        type="url"
        label={words.homepage}
        hint={words.homepageHint}
        error={fieldError(error, "definition.homepage")}
        placeholder="https://example.org/"
        value={values.homepage}
        onChange={({ target }) => onChange({ homepage: target.value })}
      />
      <Flag
        label={words.responseTimes}
        checked={values.responseTimes}
        onChange={(responseTimes) => onChange({ responseTimes })}
      />
      <Flag
        label={words.detectedIncidents}
        checked={values.detectedIncidents}
        onChange={(detectedIncidents) => onChange({ detectedIncidents })}
      />
    </>
  );
}

function Flag({
  label,
  checked,
  onChange,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <input
        type="checkbox"
        className="checkbox"
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
      />
      {label}
    </label>
  );
}

function LogoField({ logo, onChange }: { readonly logo: string; readonly onChange: (logo: string) => void }) {
  const words = useWords();
  const text = words.settings.statusPages;
  const input = useRef<HTMLInputElement>(null);
  const [isTooLarge, setIsTooLarge] = useState(false);
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    setIsTooLarge(file.size > largestLogoBytes);
    if (file.size > largestLogoBytes) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => onChange(String(reader.result)));
    reader.readAsDataURL(file);
  };
  return (
    <div className="flex flex-col gap-1">
      <p className="text-sm font-medium">{text.logo}</p>
      <div className="flex items-center gap-3">
        {logo === "" ? null : <img src={logo} alt={text.logo} className="h-8 max-w-40 object-contain" />}
        <input
          ref={input}
          type="file"
          aria-label={text.logo}
          accept="image/png,image/jpeg,image/webp,image/svg+xml"
          className="sr-only"
          tabIndex={-1}
          onChange={({ target }) => take(target.files?.[0])}
        />
        <Button icon={<Upload size={13} aria-hidden />} onClick={() => input.current?.click()}>
          {text.chooseLogo}
        </Button>
        {logo === "" ? null : (
          <Button look="quiet" onClick={() => onChange("")}>
            {words.settings.remove}
          </Button>
        )}
      </div>
      <p
        className={isTooLarge ? "text-xs text-down" : "text-xs text-ink-faint"}
        role={isTooLarge ? "alert" : undefined}
      >
        {text.logoHint}
      </p>
    </div>
  );
}
