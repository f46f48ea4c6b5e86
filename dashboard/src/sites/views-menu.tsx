/** Saved views: go to one, save the present one, delete. */
import { useLocation, useNavigate } from "@tanstack/react-router";
import { Bookmark, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { Menu, MenuItem, MenuSeparator } from "../design/menu.tsx";
import { announceWithUndo } from "../design/toast.tsx";
import { parseSitesView } from "../listing/sites-view.ts";
import { useWords } from "../words/words.tsx";
import { deleteView, saveView, useSavedViews } from "./saved-views.ts";

export default function ViewsMenu() {
  const words = useWords();
  const navigate = useNavigate();
  const query = useLocation({ select: ({ searchStr }) => searchStr });
  const views = useSavedViews();
  const [isNaming, setIsNaming] = useState(false);
  const [name, setName] = useState("");
  const save = () => {
    if (name.trim() === "") return;
    saveView({ name: name.trim(), query });
    setIsNaming(false);
  };
  const open = (saved: string) =>
    void navigate({ to: "/", search: parseSitesView(Object.fromEntries(new URLSearchParams(saved))) });
  return (
    <>
      <Menu
        defaultOpen
        trigger={
          <IconButton label={words.sites.views}>
            <Bookmark size={15} aria-hidden />
          </IconButton>
        }
      >
        {views.length === 0 ? (
          <p className="px-2 py-1.5 text-sm text-ink-faint">{words.sites.noViews}</p>
        ) : null}
        {views.map((view) => (
          <MenuItem key={view.name} onSelect={() => open(view.query)}>
            {view.name}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem icon={<Plus size={14} aria-hidden />} onSelect={() => setIsNaming(true)}>
          {words.sites.saveView}
        </MenuItem>
        {views.map((view) => (
          <MenuItem
            key={view.name}
            icon={<Trash2 size={14} aria-hidden />}
            onSelect={() => {
              deleteView(view.name);
              announceWithUndo(words.sites.deletedView(view.name), words.actions.undo, () => saveView(view));
            }}
          >
            {words.sites.deleteView(view.name)}
          </MenuItem>
        ))}
      </Menu>
      <Dialog
        open={isNaming}
        onOpenChange={setIsNaming}
        title={words.sites.saveView.replace("…", "")}
        description={words.sites.viewHint}
        actions={
          <>
            <Button onClick={() => setIsNaming(false)}>{words.actions.cancel}</Button>
            <Button look="primary" onClick={save}>
              {words.actions.save}
            </Button>
          </>
        }
      >
        <TextField
          label={words.sites.viewName}
          value={name}
          onChange={({ target }) => setName(target.value)}
          onKeyDown={({ key }) => {
            if (key === "Enter") save();
          }}
        />
      </Dialog>
    </>
  );
}
