/** The site's settings as an entry of `sitewire.yaml`, to copy. */
import { useQuery } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useState } from "react";
import { keys } from "../api/query-client.ts";
import { read } from "../api/request.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { Failure, Loading } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export default function YamlDialog({
  siteId,
  onClose,
}: {
  readonly siteId: string;
  readonly onClose: () => void;
}) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const yaml = useQuery({
    queryKey: [...keys.site(siteId), "yaml"],
    queryFn: ({ signal }) => read<{ readonly yaml: string }>(`/sites/${siteId}/yaml`, signal),
  });
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.site.yaml.title}
      description={words.site.yaml.hint}
      actions={
        <Button
          look="primary"
          icon={<Copy size={14} aria-hidden />}
          disabled={!yaml.data || !window.isSecureContext}
          onClick={() => {
            void navigator.clipboard.writeText(yaml.data?.yaml ?? "").then(() => setCopied(true));
          }}
        >
          {copied ? words.site.yaml.copied : words.site.yaml.copy}
        </Button>
      }
    >
      {yaml.data ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
        <pre tabIndex={0} className="overflow-x-auto rounded bg-sunken p-3 font-mono text-xs leading-5">
          {yaml.data.yaml}
        </pre>
      ) : yaml.error ? (
        <Failure error={yaml.error} />
      ) : (
        <Loading rows={5} />
      )}
    </Dialog>
  );
}
