/** The keys, in a dialog. */
import { Dialog } from "../design/dialog.tsx";
import { Key } from "../design/key.tsx";
import { useWords } from "../words/words.tsx";
import { pages } from "./pages.ts";

export default function ShortcutList({
  open,
  onOpenChange,
}: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}) {
  const words = useWords();
  const rows: readonly (readonly [keys: readonly string[], meaning: string])[] = [
    [[navigator.platform.startsWith("Mac") ? "⌘ K" : "Ctrl K"], words.shortcuts.palette],
    [["/"], words.shortcuts.search],
    [["j"], words.shortcuts.next],
    [["k"], words.shortcuts.previous],
    [["Enter"], words.shortcuts.open],
    [["x"], words.shortcuts.select],
    [["Esc"], words.shortcuts.clear],
    ...pages.map(({ key, name }) => [["g", key], words.shortcuts.goTo(words.navigation[name])] as const),
    [["?"], words.shortcuts.help],
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={words.shortcuts.title}>
      <dl className="grid grid-cols-[1fr_auto] gap-y-2 text-sm">
        {rows.map(([sequence, meaning]) => (
          <div key={meaning} className="contents">
            <dt className="text-ink-muted">{meaning}</dt>
            <dd className="flex items-center gap-1">
              {sequence.map((key, index) => (
                <span key={key} className="flex items-center gap-1">
                  {index > 0 ? (
                    <span className="text-2xs text-ink-faint">{words.shortcuts.followedBy}</span>
                  ) : null}
                  <Key>{key}</Key>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
