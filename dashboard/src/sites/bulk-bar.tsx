/** What can be done with the selected sites. */
import { Link } from "@tanstack/react-router";
import { Pause, Play, Tag as TagIcon, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useRight } from "../api/session.ts";
import type { SiteTable } from "../api/site-table.ts";
import { Button, buttonClass, IconButton } from "../design/button.tsx";
import { inputClass } from "../design/field.tsx";
import { useWords } from "../words/words.tsx";
import { addTag, deleteSites, pause, removeTag, resume } from "./bulk-changes.ts";

interface BulkBarProps {
  readonly table: SiteTable;
  readonly selected: ReadonlySet<string>;
  readonly tags: readonly string[];
  readonly onDone: () => void;
}

export function BulkBar({ table, selected, tags, onDone }: BulkBarProps) {
  const words = useWords();
  const mayEdit = useRight("edit");
  const ids = [...selected];
  const someRun = ids.some((id) => table.byId.get(id)?.enabled === true);
  const somePause = ids.some((id) => table.byId.get(id)?.enabled === false);
  const run = (change: Promise<void>) => {
    onDone();
    void change;
  };
  return (
    <section
      aria-label={words.sites.bulk.label}
      className="fixed bottom-4 left-1/2 z-30 flex max-w-[calc(100vw-24px)] -translate-x-1/2 items-center gap-1 overflow-x-auto rounded bg-raised py-1.5 pr-1.5 pl-3 shadow-float max-sm:bottom-16"
    >
      <span className="pr-2 text-sm font-medium whitespace-nowrap" aria-live="polite">
        {words.sites.selected(ids.length)}
      </span>
      {mayEdit ? (
        <>
          {someRun ? (
            <Button
              look="quiet"
              icon={<Pause size={14} aria-hidden />}
              onClick={() => run(pause(ids, words))}
            >
              {words.sites.bulk.pause}
            </Button>
          ) : null}
          {somePause ? (
            <Button
              look="quiet"
              icon={<Play size={14} aria-hidden />}
              onClick={() => run(resume(ids, words))}
            >
              {words.sites.bulk.resume}
            </Button>
          ) : null}
          <TagEntry
            tags={tags}
            onAdd={(tag) => run(addTag(ids, tag, words))}
            onRemove={(tag) => run(removeTag(ids, tag, words))}
          />
          <Button
            look="quiet"
            className="hover:text-down"
            icon={<Trash2 size={14} aria-hidden />}
            onClick={() => run(deleteSites(ids, words))}
          >
            {words.actions.delete}
          </Button>
        </>
      ) : (
        <Link to="/sign-in" className={buttonClass("quiet")}>
          {words.sites.bulk.signInFirst}
        </Link>
      )}
      <IconButton label={words.actions.clear} onClick={onDone}>
        <X size={15} aria-hidden />
      </IconButton>
    </section>
  );
}

function TagEntry({
  tags,
  onAdd,
  onRemove,
}: {
  readonly tags: readonly string[];
  readonly onAdd: (tag: string) => void;
  readonly onRemove: (tag: string) => void;
}) {
  const words = useWords();
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText] = useState("");
  const tag = text.trim();
  if (!isOpen) {
    return (
      <Button look="quiet" icon={<TagIcon size={14} aria-hidden />} onClick={() => setIsOpen(true)}>
        {words.sites.tag}
      </Button>
    );
  }
  return (
    <form
      className="flex items-center gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (tag !== "") onAdd(tag);
      }}
    >
      <input
        aria-label={words.sites.bulk.tagName}
        placeholder={words.sites.bulk.tagName}
        list="known-tags"
        // biome-ignore lint/a11y/noAutofocus: the button that was pressed became this field
        autoFocus
        value={text}
        onChange={({ target }) => setText(target.value)}
        className={`${inputClass} h-7! w-32!`}
      />
      <datalist id="known-tags">
        {tags.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <Button type="submit" disabled={tag === ""}>
        {words.sites.bulk.addTag}
      </Button>
      <Button disabled={!tags.includes(tag)} onClick={() => onRemove(tag)}>
        {words.sites.bulk.removeTag}
      </Button>
    </form>
  );
}
