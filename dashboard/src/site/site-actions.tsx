/** What a person does with a site: check now, edit, pause, copy as YAML, delete. */
import { Link, useNavigate } from "@tanstack/react-router";
import { EllipsisVertical, FileCode, Pause, Pencil, Play, RefreshCw, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { SiteDetail } from "../../../src/contract/api/sites/sites.ts";
import { useRight, useSession } from "../api/session.ts";
import { titleOf } from "../api/site-table.ts";
import { CheckButton, CheckProgressView } from "../checking/check-now.tsx";
import { useCheck } from "../checking/use-check.ts";
import { Button, buttonClass, IconButton } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { Menu, MenuItem, MenuSeparator } from "../design/menu.tsx";
import { useWords } from "../words/words.tsx";
import { useSiteChanges } from "./use-site-changes.ts";

const YamlDialog = lazy(() => import("./yaml-dialog.tsx"));

export function SiteActions({ site, etag }: { readonly site: SiteDetail; readonly etag: string | null }) {
  const words = useWords();
  const navigate = useNavigate();
  const session = useSession().data;
  const mayEdit = useRight("edit");
  const [showsYaml, setShowsYaml] = useState(false);
  const check = useCheck();
  const { pause, remove } = useSiteChanges(site, etag);
  const startCheck = () => void check.start(`/sites/${site.id}/check`, {});
  const canEdit = mayEdit && site.editable;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {session && !mayEdit ? (
        <Link to="/sign-in" className={buttonClass("quiet")}>
          {words.site.signInToChange}
        </Link>
      ) : null}
      {mayEdit ? (
        <Button icon={<RefreshCw size={14} aria-hidden />} onClick={startCheck}>
          {words.site.checkNow}
        </Button>
      ) : null}
      {canEdit ? (
        <Link to="/sites/$id/edit" params={{ id: site.id }} className={buttonClass()}>
          <Pencil size={14} aria-hidden />
          {words.site.edit}
        </Link>
      ) : null}
      <Menu
        trigger={
          <IconButton label={words.site.more}>
            <EllipsisVertical size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<FileCode size={14} aria-hidden />} onSelect={() => setShowsYaml(true)}>
          {words.site.asYaml}
        </MenuItem>
        {canEdit ? (
          <>
            <MenuItem
              icon={
                site.definition.enabled ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />
              }
              onSelect={() => void pause(site.definition.enabled)}
            >
              {site.definition.enabled ? words.site.pause : words.site.resume}
            </MenuItem>
            <MenuSeparator />
            <MenuItem
              danger
              icon={<Trash2 size={14} aria-hidden />}
              onSelect={() => void remove(() => navigate({ to: "/" }))}
            >
              {words.actions.delete}
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <Dialog
        wide
        open={check.progress.state !== "idle"}
        onOpenChange={(open) => (open ? undefined : check.stop())}
        title={words.site.checkOf(titleOf(site.summary))}
        description={words.site.checkHint}
        actions={<CheckButton progress={check.progress} onStart={startCheck} />}
      >
        <CheckProgressView progress={check.progress} />
      </Dialog>
      <Suspense>
        {showsYaml ? <YamlDialog siteId={site.id} onClose={() => setShowsYaml(false)} /> : null}
      </Suspense>
    </div>
  );
}
