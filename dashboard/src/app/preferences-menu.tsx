/** Who is signed in, appearance and language. */
import { useNavigate } from "@tanstack/react-router";
import { CircleUserRound, EllipsisVertical, Keyboard, LogIn, LogOut, Monitor } from "lucide-react";
import type { Session } from "../../../src/contract/api/accounts/session.ts";
import { queryClient } from "../api/query-client.ts";
import { IconButton } from "../design/button.tsx";
import { Menu, MenuChoice, MenuItem, MenuSeparator } from "../design/menu.tsx";
import { languageChoices, useLanguage, useWords } from "../words/words.tsx";
import { chooseTheme, useTheme } from "./theme.ts";

export default function PreferencesMenu({
  person,
  onShortcuts,
}: {
  readonly person: Session["person"];
  readonly onShortcuts: () => void;
}) {
  const words = useWords();
  const navigate = useNavigate();
  const theme = useTheme();
  const { language, changeLanguage } = useLanguage();
  return (
    <Menu
      defaultOpen
      trigger={
        <IconButton label={words.navigation.more}>
          {person ? <CircleUserRound size={17} aria-hidden /> : <EllipsisVertical size={16} aria-hidden />}
        </IconButton>
      }
    >
      {person ? <p className="px-2 pt-1.5 pb-1 text-sm text-ink-muted">{person.email}</p> : null}
      {person ? (
        <MenuItem
          icon={<CircleUserRound size={14} aria-hidden />}
          onSelect={() => void navigate({ to: "/account" })}
        >
          {words.account.title}
        </MenuItem>
      ) : null}
      {person ? (
        <MenuItem icon={<LogOut size={14} aria-hidden />} onSelect={() => void signOut()}>
          {words.actions.signOut}
        </MenuItem>
      ) : (
        <MenuItem icon={<LogIn size={14} aria-hidden />} onSelect={() => void navigate({ to: "/sign-in" })}>
          {words.actions.signIn}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={<Monitor size={14} aria-hidden />} onSelect={() => void navigate({ to: "/wall" })}>
        {words.navigation.wall}
      </MenuItem>
      <MenuItem icon={<Keyboard size={14} aria-hidden />} onSelect={onShortcuts}>
        {words.preferences.shortcuts}
      </MenuItem>
      <MenuSeparator />
      <MenuChoice
        label={words.preferences.theme}
        value={theme}
        onChange={chooseTheme}
        options={[
          { value: "system", label: words.preferences.system },
          { value: "light", label: words.preferences.light },
          { value: "dark", label: words.preferences.dark },
        ]}
      />
      <MenuChoice
        label={words.preferences.language}
        value={language}
        onChange={(next) => void changeLanguage(next)}
        options={languageChoices}
      />
    </Menu>
  );
}

async function signOut(): Promise<void> {
  await fetch("/api/auth/sign-out", {
    method: "POST",
    headers: { "content-type": "application/json", "x-sitewire": "1" },
    body: "{}",
  });
  await queryClient.invalidateQueries();
}
