/** A secret that is shown now and never again: a link or a token, to copy. */
import { Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "../../design/button.tsx";
import { inputClass } from "../../design/field.tsx";
import { useWords } from "../../words/words.tsx";

export function ShownOnce({ hint, secret }: { readonly hint: string; readonly secret: string }) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm">{hint}</p>
      <div className="flex gap-2">
        <input
          className={`${inputClass} font-mono text-xs`}
          aria-label={hint}
          value={secret}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          className="h-8"
          icon={<Copy size={14} aria-hidden />}
          disabled={!window.isSecureContext}
          onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}
        >
          {copied ? words.settings.copied : words.settings.copy}
        </Button>
      </div>
    </div>
  );
}
